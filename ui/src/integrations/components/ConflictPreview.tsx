import { useClock } from "@/app/time";
import { Button, Icon, ProblemDetail, Skeleton } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import type { Interval } from "@/types";
import { usePreview } from "../hooks/useConflicts";
import type { Conflict, ConflictAction } from "../types";

type Props = { conflict: Conflict; action: ConflictAction; onDo: () => void; onCancel: () => void };

/** What an action would do to whose time, before it does it. */
export function ConflictPreview({ conflict, action, onDo, onCancel }: Props) {
  const t = useT();
  const lang = useServerLang();
  const clock = useClock();
  const preview = usePreview(conflict.id, action);
  const said = (intervals: readonly Interval[]) =>
    intervals.length === 0 ? t("conflict.nothing_left") : intervals.map((each) => clock.span(each)).join(", ");
  const titles = new Map(
    conflict.parties.map((party) => [party.id, party.title || t(`conflict.untitled.${party.type}`)]),
  );
  return (
    <div className="rise mt-3 rounded-md border border-accent/40 bg-accent-soft/60 p-3.5" aria-live="polite">
      {preview.isPending ? (
        <Skeleton className="h-10 w-2/3" />
      ) : preview.isError ? (
        <div role="alert">
          <ProblemDetail error={preview.error} />
        </div>
      ) : (
        <>
          <p lang={lang}>{preview.data.explanation}</p>
          {preview.data.changes.length > 0 && (
            <ul className="mt-2 grid gap-1">
              {preview.data.changes.map((change) => (
                <li key={change.id} className="flex flex-wrap items-center gap-x-2">
                  <span className="font-medium">{titles.get(change.id) ?? t("conflict.untitled.manual_block")}</span>
                  <span className="text-ink-2 line-through decoration-edge">{said(change.before)}</span>
                  <Icon name="right" size={13} />
                  <span className="sr-only">{t("conflict.becomes")}</span>
                  <span>{said(change.after)}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <div className="mt-3 flex gap-2">
        <Button size="sm" variant="primary" disabled={!preview.data} onClick={onDo}>
          {t(`conflict.action.${action}`)}
        </Button>
        <Button size="sm" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
      </div>
    </div>
  );
}
