import { useCallback, useMemo, useState } from "react";
import { useFailure } from "@/api/useFailure";
import { dayIn, useClock, useZone } from "@/app/time";
import { Button, Card, EmptyState, Later, LoadFailed, onDemand, Section, TableSkeleton } from "@/components/core";
import { useT } from "@/i18n";
import { allConflicts, type BulkJob, overlapOf, useConflicts, useResolve, useResolveAll } from "../hooks/useConflicts";
import type { Conflict, ConflictAction, ConflictStatus } from "../types";
import { BulkBar, BulkProgressBar } from "./BulkBar";
import { askable, ConflictRow } from "./ConflictRow";
import { CoverageNotice } from "./CoverageNotice";
import { DayLanes } from "./DayLanes";

const BulkConfirmation = onDemand(() => import("./BulkConfirmation").then((m) => m.BulkConfirmation));

const chunk = 60;
const lookBack = 30 * 86_400_000;

type Props = { status: ConflictStatus; view: "list" | "days" };

/** Conflicts by day, as a list or as lanes, to be resolved one by one or together. */
export function CalendarConflictsPanel({ status, view }: Props) {
  const t = useT();
  const zone = useZone();
  // what was resolved may lie behind us; what is open only matters from now on
  const [from] = useState(() => new Date(Date.now() - lookBack).toISOString());
  const answer = useConflicts(status === "open" ? { status } : { status, from });
  const failure = useFailure(answer);
  const resolve = useResolve();
  const resolveAll = useResolveAll();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState(chunk);
  const [asked, setAsked] = useState<{ action: ConflictAction | "recommended"; jobs: readonly BulkJob[] } | null>(null);

  const all = useMemo(() => (answer.data ? allConflicts(answer.data) : []), [answer.data]);
  const selected = useMemo(() => all.filter((conflict) => chosen.has(conflict.id)), [all, chosen]);
  const days = useMemo(() => byDay(all.slice(0, shown), zone), [all, shown, zone]);

  const select = useCallback((id: string, on: boolean) => {
    setChosen((was) => {
      const next = new Set(was);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  const resolveOne = resolve.mutate;
  const act = useCallback((id: string, action: ConflictAction) => resolveOne({ id, action }), [resolveOne]);

  if (failure) {
    return (
      <LoadFailed
        what={t("conflicts.title")}
        error={failure}
        onRetry={() => void answer.refetch()}
        busy={answer.isFetching}
      />
    );
  }
  if (!answer.data) {
    return (
      <Card>
        <TableSkeleton rows={6} />
      </Card>
    );
  }
  const { coverage } = answer.data;
  if (all.length === 0) {
    const uncertain = status === "open" && (coverage.calendars.length === 0 || !coverage.complete);
    return (
      <div className="grid gap-3">
        {status === "open" && <CoverageNotice coverage={coverage} />}
        <Card>
          {resolveAll.progress && (
            <div className="flex justify-center pt-6">
              <BulkProgressBar progress={resolveAll.progress} />
            </div>
          )}
          <EmptyState title={t(`conflicts.none.${status}`)}>
            {t(uncertain ? "conflicts.none.uncertain" : `conflicts.none.${status}.lead`)}
          </EmptyState>
        </Card>
      </div>
    );
  }
  const bulk = (action: ConflictAction | "recommended") => {
    const jobs =
      action === "recommended"
        ? byRecommendation(selected)
        : [{ action, ids: selected.filter((each) => askable(each).includes(action)).map((each) => each.id) }];
    setAsked({ action, jobs });
  };
  const start = (jobs: readonly BulkJob[]) => {
    resolveAll.act(jobs);
    setAsked(null);
    setChosen(new Set());
  };
  const doable = all.slice(0, shown).filter((each) => askable(each).length > 0);
  return (
    <div className="grid gap-6">
      {status === "open" && <CoverageNotice coverage={coverage} />}
      {answer.data?.truncated && (
        <p className="rounded-md bg-warn-soft px-4 py-2 text-warn">{t("conflicts.truncated")}</p>
      )}
      {doable.length > 0 && (
        <BulkBar
          all={doable}
          selected={selected}
          onSelectAll={(on) => setChosen(new Set(on ? doable.map((each) => each.id) : []))}
          onAct={bulk}
          progress={resolveAll.progress}
        />
      )}
      {days.map(([day, conflicts]) => (
        <Day key={day} day={day} conflicts={conflicts}>
          {view === "days" && <DayLanes day={day} conflicts={conflicts} />}
          <ul className={view === "days" ? "divide-y divide-line border-t border-line" : "divide-y divide-line"}>
            {conflicts.map((conflict) => (
              <ConflictRow
                key={conflict.id}
                conflict={conflict}
                selected={chosen.has(conflict.id)}
                onSelect={select}
                onResolve={act}
              />
            ))}
          </ul>
        </Day>
      ))}
      <Later asked={asked && "confirm"} onClose={() => setAsked(null)}>
        {asked && <BulkConfirmation {...asked} onDo={start} onClose={() => setAsked(null)} />}
      </Later>
      {all.length > shown && (
        <Button className="justify-self-center" onClick={() => setShown(shown + chunk)}>
          {t("conflicts.more", { count: all.length - shown })}
        </Button>
      )}
    </div>
  );
}

function Day({ day, conflicts, children }: { day: string; conflicts: readonly Conflict[]; children: React.ReactNode }) {
  const t = useT();
  const clock = useClock();
  const first = conflicts[0];
  return (
    <Section
      id={`day-${day}`}
      title={first ? clock.longDay(overlapOf(first).start) : day}
      aside={<span className="text-sm text-ink-3">{t("conflicts.count", { count: conflicts.length })}</span>}
    >
      <Card className="overflow-hidden">{children}</Card>
    </Section>
  );
}

function byDay(conflicts: readonly Conflict[], zone: string): [string, Conflict[]][] {
  const days = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    const day = dayIn(overlapOf(conflict).start, zone);
    days.set(day, [...(days.get(day) ?? []), conflict]);
  }
  return [...days];
}

/** One call for each recommended action; what has no recommendation is left alone. */
export function byRecommendation(conflicts: readonly Conflict[]): BulkJob[] {
  const actions = new Map<ConflictAction, string[]>();
  for (const { id, recommendation } of conflicts) {
    if (!recommendation?.action || recommendation.action === "cancel_booking") continue;
    actions.set(recommendation.action, [...(actions.get(recommendation.action) ?? []), id]);
  }
  return [...actions].map(([action, ids]) => ({ action, ids }));
}
