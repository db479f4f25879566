import { useMemo, useState } from "react";
import { useIntl } from "react-intl";
import { useFailure } from "@/api/useFailure";
import { useClock } from "@/app/time";
import { Card, cx, EmptyState, LoadFailed, Section, StatusMark, TableSkeleton } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { useSyncs } from "../hooks/useCalendarIntegrations";
import { outcomeTone } from "../status";
import type { Calendar, SyncRun } from "../types";
import { ShowMore } from "./ShowMore";

const strip = 40;
const chunk = 12;

/** Milliseconds that a run took; null while it runs. */
export function durationOf(run: Pick<SyncRun, "started_at" | "finished_at">): number | null {
  return run.started_at && run.finished_at ? Date.parse(run.finished_at) - Date.parse(run.started_at) : null;
}

export function SyncHistory({ integrationId, calendars }: { integrationId: string; calendars: readonly Calendar[] }) {
  const t = useT();
  const syncs = useSyncs(integrationId);
  const failure = useFailure(syncs);
  const [shown, setShown] = useState(chunk);
  const runs = useMemo(() => syncs.data?.pages.flatMap((page) => page.results) ?? [], [syncs.data]);
  const names = useMemo(() => new Map(calendars.map((calendar) => [calendar.id, calendar.name])), [calendars]);
  const more = () => {
    const wanted = Math.min(shown, runs.length) + 40;
    setShown(wanted);
    if (runs.length < wanted && syncs.hasNextPage) void syncs.fetchNextPage();
  };
  return (
    <Section id="syncs" title={t("syncs.title")}>
      {failure ? (
        <LoadFailed
          what={t("syncs.title")}
          error={failure}
          onRetry={() => void syncs.refetch()}
          busy={syncs.isFetching}
        />
      ) : (
        <Card className="overflow-hidden">
          {!syncs.data ? (
            <TableSkeleton rows={6} />
          ) : runs.length === 0 ? (
            <EmptyState quiet title={t("syncs.none")} />
          ) : (
            <>
              <Strip runs={runs.slice(0, strip).reverse()} />
              <ol className="divide-y divide-line">
                {runs.slice(0, shown).map((run) => (
                  <Run key={run.id} run={run} calendar={names.get(run.calendar_id)} />
                ))}
              </ol>
              {(syncs.hasNextPage || runs.length > shown) && (
                <ShowMore what={t("syncs.more")} list={syncs} onMore={more} />
              )}
            </>
          )}
        </Card>
      )}
    </Section>
  );
}

/** The latest runs side by side: how long each took, and which failed. */
function Strip({ runs }: { runs: readonly SyncRun[] }) {
  const t = useT();
  const longest = Math.max(1, ...runs.map((run) => durationOf(run) ?? 0));
  const failed = runs.filter((run) => run.outcome === "failed").length;
  return (
    <figure className="border-b border-line bg-canvas px-4 pt-3 pb-2">
      <svg
        viewBox={`0 0 ${strip * 10} 36`}
        preserveAspectRatio="none"
        className="h-9 w-full"
        role="img"
        aria-label={t("syncs.strip", { count: runs.length, failed })}
      >
        {runs.map((run, at) => {
          const height = 5 + 29 * Math.sqrt((durationOf(run) ?? longest) / longest);
          return (
            <rect
              key={run.id}
              x={(strip - runs.length + at) * 10 + 1.5}
              y={36 - height}
              width="7"
              height={height}
              rx="1.5"
              className={cx(
                run.outcome === "failed" ? "fill-bad-mark" : run.outcome === "running" ? "fill-accent" : "fill-span",
              )}
            />
          );
        })}
      </svg>
      <figcaption className="mt-1 text-xs text-ink-3">{t("syncs.strip", { count: runs.length, failed })}</figcaption>
    </figure>
  );
}

function Run({ run, calendar }: { run: SyncRun; calendar?: string }) {
  const t = useT();
  const intl = useIntl();
  const lang = useServerLang();
  const clock = useClock();
  const took = durationOf(run);
  const changes = [
    run.created && t("syncs.created", { count: run.created }),
    run.updated && t("syncs.updated", { count: run.updated }),
    run.removed && t("syncs.removed", { count: run.removed }),
  ].filter(Boolean);
  return (
    <li className="px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-0.5">
        <span className="w-28 max-sm:w-full">
          <StatusMark plain tone={outcomeTone[run.outcome]}>
            {t(run.outcome === "running" && !run.started_at ? "syncs.waiting" : `syncs.${run.outcome}`)}
          </StatusMark>
        </span>
        <span className="min-w-0 flex-1 basis-40">
          <span className="font-medium">{calendar ?? t("syncs.gone")}</span>{" "}
          <span className="text-ink-3">
            {t(`syncs.trigger.${run.trigger}`)} · {t(`syncs.mode.${run.mode}`)}
          </span>
        </span>
        <span className="text-sm text-ink-2">
          {changes.length > 0 ? changes.join(", ") : run.outcome === "succeeded" ? t("syncs.unchanged") : ""}
        </span>
        <span className="text-sm text-ink-3">
          {took !== null &&
            `${intl.formatNumber(took / 1000, {
              style: "unit",
              unit: "second",
              unitDisplay: "narrow",
              maximumFractionDigits: took < 10_000 ? 2 : 0,
            })} · `}
          {t("syncs.requests", { count: run.requests })}
        </span>
        <span className="text-sm text-ink-3">
          {run.started_at && (
            <time dateTime={run.started_at} title={clock.full(run.started_at)}>
              {clock.short(run.started_at)}
            </time>
          )}
        </span>
      </div>
      {run.error && (
        <p lang={lang} className="mt-1 text-sm text-bad">
          {run.error}
        </p>
      )}
    </li>
  );
}
