import { useEffect, useState } from "react";
import { useIntl } from "react-intl";
import { relativeParts, useClock } from "@/app/time";
import { useT } from "@/i18n";

/** How long until something happens, second by second in the last minute. */
export function Countdown({ until }: { until: string }) {
  const intl = useIntl();
  const clock = useClock();
  const t = useT();
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Date.parse(until) - now);
  const beat = left < 120_000 ? 1_000 : 20_000;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), beat);
    return () => clearInterval(timer);
  }, [beat]);
  const { value, unit } = relativeParts(left);
  return (
    <time dateTime={until} title={clock.full(until)}>
      {left === 0 ? t("time.due") : intl.formatRelativeTime(value, unit, { style: "short" })}
    </time>
  );
}
