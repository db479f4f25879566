import { useClock } from "@/app/time";
import { Button, ProblemDetail, Skeleton } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useServerLang, useT } from "@/i18n";
import { type BulkJob, type BulkPlan, useBulkPlan } from "../hooks/useConflicts";
import type { BlockChange, ConflictAction } from "../types";

const listed = 50;

type Props = {
  action: ConflictAction | "recommended";
  jobs: readonly BulkJob[];
  onDo: (jobs: readonly BulkJob[]) => void;
  onClose: () => void;
};

/** What a change of many would do to whose time; what is confirmed is what is done. */
export function BulkConfirmation({ action, jobs, onDo, onClose }: Props) {
  const t = useT();
  const plan = useBulkPlan(jobs);
  const count = plan.data ? countOf(action, plan.data) : jobs.reduce((sum, { ids }) => sum + ids.length, 0);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`conflicts.confirm.${action}`, { count })}
      description={t(`conflicts.confirm.${action}.lead`)}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            variant={action === "delete_block" ? "danger" : "primary"}
            disabled={!plan.data?.jobs.length}
            onClick={() => plan.data && onDo(plan.data.jobs)}
          >
            {t(`conflicts.confirm.${action}.now`, { count })}
          </Button>
        </>
      }
    >
      {plan.isPending ? (
        <Skeleton className="h-24" />
      ) : plan.isError ? (
        <div role="alert">
          <ProblemDetail error={plan.error} />
        </div>
      ) : (
        <Plan plan={plan.data} />
      )}
    </Dialog>
  );
}

/** Events and blocks where these change, conflicts where nothing else does. */
function countOf(action: Props["action"], { jobs, changes }: BulkPlan): number {
  const ofBlocks = action === "mark_free" || action === "delete_block" || action === "shrink_block";
  return ofBlocks ? changes.length : jobs.reduce((sum, { ids }) => sum + ids.length, 0);
}

function Plan({ plan: { changes, refusals } }: { plan: BulkPlan }) {
  const t = useT();
  const lang = useServerLang();
  return (
    <div className="grid gap-3">
      {changes.length > 0 ? (
        <ul className="divide-y divide-line rounded-md border border-line">
          {changes.slice(0, listed).map((change) => (
            <Change key={change.id} change={change} />
          ))}
          {changes.length > listed && (
            <li className="px-3.5 py-1.5 text-ink-2">
              {t("conflicts.confirm.more", { count: changes.length - listed })}
            </li>
          )}
        </ul>
      ) : (
        <p className="text-ink-2">{t("conflicts.confirm.nothing")}</p>
      )}
      {refusals.length > 0 && (
        <div className="rounded-md bg-warn-soft px-3.5 py-2 text-warn">
          <p>{t("conflicts.confirm.refused", { count: refusals.length })}</p>
          <p lang={lang}>{[...new Set(refusals)].join(" ")}</p>
        </div>
      )}
    </div>
  );
}

function Change({ change: { type, title, calendar, before, after } }: { change: BlockChange }) {
  const t = useT();
  const clock = useClock();
  const times = before.length > 0 ? before : after;
  const becomes =
    after.length === 0 ? (type === "manual_block" ? "deleted" : "free") : before.length ? "times" : "back";
  return (
    <li className="px-3.5 py-1.5">
      <span className="font-medium wrap-anywhere">{title || t(`conflict.untitled.${type}`)}</span>{" "}
      <span className="text-ink-3">
        {calendar ?? t("conflict.by_hand")} · {times[0] && clock.day(times[0].start)} ·{" "}
        {times.map((each) => clock.span(each)).join(", ")}
      </span>
      <span className="block text-sm text-ink-2">
        {t(`conflicts.confirm.becomes.${becomes}`, { times: after.map((each) => clock.span(each)).join(", ") })}
      </span>
    </li>
  );
}
