import { useClock, useNow } from "@/app/time";
import { Skeleton } from "@/components/core";
import { useT } from "@/i18n";
import { stripLimit, useDeliveryStrip } from "../hooks/useWebhooks";
import { byHour } from "../webhookState";

const height = 30;

/** The last 24 hours, an hour a column: delivered above the line of what failed. */
export function DeliveryStrip({ webhookId }: { webhookId: string }) {
  const t = useT();
  const clock = useClock();
  const now = useNow();
  const latest = useDeliveryStrip(webhookId);
  if (latest.isPending) return <Skeleton className="h-8 w-full" />;
  if (!latest.data) return <p className="text-sm text-ink-3">{t("webhook.strip_unknown")}</p>;
  const hours = byHour(latest.data.results, now);
  const most = Math.max(1, ...hours.map((each) => each.delivered + each.failed + each.pending));
  const failed = hours.reduce((sum, each) => sum + each.failed, 0);
  const total = latest.data.results.length;
  const label = t("webhook.strip", { count: total, failed, more: latest.data.next_cursor ? stripLimit : 0 });
  return (
    <figure>
      <svg
        viewBox={`0 0 240 ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className="h-8 w-full"
      >
        {hours.map((each, at) => {
          const scale = (count: number) => (count === 0 ? 0 : Math.max(3, (count / most) * (height - 3)));
          const parts = [
            { count: each.failed, look: "fill-bad-mark" },
            { count: each.pending, look: "fill-warn-mark" },
            { count: each.delivered, look: "fill-span" },
          ];
          let below = 0;
          return (
            <g key={each.start}>
              <title>{`${clock.time(each.start)}: ${each.delivered} / ${each.failed}`}</title>
              <rect x={at * 10 + 1} y={height - 1.5} width="8" height="1.5" className="fill-line" />
              {parts.map(({ count, look }) => {
                const size = scale(count);
                below += size;
                return (
                  size > 0 && (
                    <rect
                      key={look}
                      x={at * 10 + 1}
                      y={height - 1.5 - below}
                      width="8"
                      height={size}
                      className={look}
                    />
                  )
                );
              })}
            </g>
          );
        })}
      </svg>
      <figcaption className="text-xs text-ink-3">{label}</figcaption>
    </figure>
  );
}
