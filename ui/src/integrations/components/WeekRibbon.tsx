import { Link } from "@tanstack/react-router";
import { useFailure } from "@/api/useFailure";
import { hourMarks, useClock, useNow } from "@/app/time";
import { Card, cx, Icon, LoadFailed, Section, Skeleton } from "@/components/core";
import { useT } from "@/i18n";
import type { Coverage, Interval } from "@/types";
import { useWeek } from "../hooks/useFreeBusy";

const hours = [0, 6, 12, 18, 24];

export type Stretch = { from: number; to: number; start: number; end: number };

/** The busy stretches of one day, in shares of that day, which may have 23 or 25 hours. */
export function stretchesOf(busy: readonly Interval[], dayStart: number, dayEnd: number): Stretch[] {
  return busy.flatMap((each) => {
    const start = Math.max(Date.parse(each.start), dayStart);
    const end = Math.min(Date.parse(each.end), dayEnd);
    if (end <= start) return [];
    const length = dayEnd - dayStart;
    return [{ from: (start - dayStart) / length, to: (end - dayStart) / length, start, end }];
  });
}

/** The coming week as it is answered to others, and what that answer rests on. */
export function WeekRibbon() {
  const t = useT();
  const now = useNow();
  const { midnights, answer } = useWeek();
  const failure = useFailure(answer);
  return (
    <Section id="week" title={t("week.title")} aside={answer.data && <CoverageNote coverage={answer.data.coverage} />}>
      {failure ? (
        <LoadFailed
          what={t("week.title")}
          error={failure}
          onRetry={() => void answer.refetch()}
          busy={answer.isFetching}
        />
      ) : (
        <Card className="px-4 pt-2 pb-3">
          <div aria-hidden="true" className="relative ml-24 h-5 text-xs text-ink-3 max-md:ml-16">
            {hours.map((hour) => (
              <span
                key={hour}
                className={cx("absolute", hour === 24 ? "-translate-x-full" : hour > 0 && "-translate-x-1/2")}
                style={{ left: `${(hour / 24) * 100}%` }}
              >
                {String(hour).padStart(2, "0")}
              </span>
            ))}
          </div>
          <ol className="grid gap-1">
            {midnights.slice(0, -1).map((start, at) => (
              <Day
                key={start}
                start={start}
                end={midnights[at + 1] ?? start}
                busy={answer.data?.busy}
                doubtful={answer.data ? !answer.data.coverage.complete : false}
                now={now}
              />
            ))}
          </ol>
        </Card>
      )}
    </Section>
  );
}

type DayProps = { start: number; end: number; busy?: readonly Interval[]; doubtful: boolean; now: number };

function Day({ start, end, busy, doubtful, now }: DayProps) {
  const t = useT();
  const clock = useClock();
  const stretches = busy && stretchesOf(busy, start, end);
  const said = stretches?.map((each) => clock.span(each)).join(", ");
  const today = now >= start && now < end;
  return (
    <li className="flex items-center gap-2">
      <span
        className={cx("w-22 shrink-0 whitespace-nowrap text-sm max-md:w-14", today ? "font-semibold" : "text-ink-2")}
      >
        <span className="max-md:hidden">{clock.day(start)}</span>
        <span className="md:hidden">{clock.weekday(start)}</span>
      </span>
      {stretches ? (
        <span className="relative h-5 flex-1">
          <span className="sr-only">{said ? t("week.busy", { times: said }) : t("week.free")}</span>
          <span aria-hidden="true" className={cx("absolute inset-0 rounded-[3px] bg-sunken", doubtful && "hatched")} />
          <svg
            aria-hidden="true"
            viewBox="0 0 1000 20"
            preserveAspectRatio="none"
            className="absolute inset-0 size-full"
          >
            {hourMarks(start, end, clock.timeZone).map((at) => (
              <path key={at} d={`M${at * 1000} 0v20`} className="stroke-line" vectorEffect="non-scaling-stroke" />
            ))}
            {stretches.map((each) => (
              <rect
                key={each.start}
                x={each.from * 1000}
                width={Math.max((each.to - each.from) * 1000, 2)}
                height="20"
                className="fill-accent"
              >
                <title>{clock.span(each)}</title>
              </rect>
            ))}
            {today && (
              <path
                d={`M${((now - start) / (end - start)) * 1000} 0v20`}
                strokeWidth="2"
                className="stroke-bad-mark"
                vectorEffect="non-scaling-stroke"
              />
            )}
          </svg>
        </span>
      ) : (
        <Skeleton className="h-5 flex-1" />
      )}
    </li>
  );
}

/** Whether the answer can be relied on, and if not, because of whom. */
function CoverageNote({ coverage }: { coverage: Coverage }) {
  const t = useT();
  if (coverage.complete) {
    return <p className="text-sm text-ink-2">{t("week.complete", { count: coverage.calendars.length })}</p>;
  }
  const broken = coverage.calendars.filter((calendar) => calendar.state !== "fresh" || calendar.left_out > 0);
  const first = broken[0];
  return (
    <p className="flex items-center gap-1.5 text-sm font-medium text-warn">
      <Icon name="warn" size={14} />
      {first ? (
        <Link
          to="/integrations/calendars/$id"
          params={{ id: first.integration_id }}
          className="rounded-sm underline underline-offset-3"
        >
          {t("week.incomplete", { name: first.calendar, count: broken.length - 1 })}
          {first.reason && <span className="block font-normal text-ink-2">{first.reason}</span>}
        </Link>
      ) : (
        t("week.incomplete_range")
      )}
    </p>
  );
}
