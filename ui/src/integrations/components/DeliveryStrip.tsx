import { useClock } from "@/app/time";
import { useT } from "@/i18n";
import type { Webhook } from "../types";

const height = 30;

/** The last 24 hours, an hour a column: delivered above what was given up. */
export function DeliveryStrip({ stats }: Pick<Webhook, "stats">) {
  const t = useT();
  const clock = useClock();
  const most = Math.max(1, ...stats.hours.map((each) => each.delivered + each.failed));
  const failed = stats.hours.reduce((sum, each) => sum + each.failed, 0);
  const count = stats.hours.reduce((sum, each) => sum + each.delivered, failed);
  const label = t("webhook.strip", { count, failed, pending: stats.pending });
  const size = (part: number) => (part === 0 ? 0 : Math.max(3, (part / most) * (height - 5)));
  return (
    <figure>
      <svg
        viewBox={`0 0 240 ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className="h-8 w-full"
      >
        {stats.hours.map((each, at) => {
          const below = size(each.failed);
          const above = size(each.delivered);
          const column = { x: at * 10 + 1, width: 8 };
          return (
            <g key={each.start}>
              <title>{`${clock.time(each.start)}: ${each.delivered} / ${each.failed}`}</title>
              <rect {...column} y={height - 1.5} height="1.5" className="fill-line" />
              <rect {...column} y={height - 1.5 - below} height={below} className="fill-bad-mark" />
              <rect {...column} y={height - 1.5 - below - above} height={above} className="fill-span" />
            </g>
          );
        })}
      </svg>
      <figcaption className="text-xs text-ink-3">{label}</figcaption>
    </figure>
  );
}
