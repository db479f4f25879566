import { type RefObject, useRef } from "react";
import { Button, Checkbox, useKeptPlace } from "@/components/core";
import { useT } from "@/i18n";
import type { BulkProgress } from "../hooks/useConflicts";
import type { Conflict, ConflictAction } from "../types";
import { askable } from "./ConflictRow";

type Props = {
  all: readonly Conflict[];
  selected: readonly Conflict[];
  onSelectAll: (on: boolean) => void;
  onAct: (action: ConflictAction | "recommended") => void;
  progress: BulkProgress;
};

const order: readonly ConflictAction[] = ["dismiss", "mark_free", "shrink_block", "delete_block", "reopen"];

/** What can be done to all that are chosen; says for how many of them each action is possible. */
export function BulkBar({ all, selected, onSelectAll, onAct, progress }: Props) {
  const t = useT();
  const busy = progress !== null;
  const everything = useRef<HTMLInputElement | null>(null);
  return (
    <div className="sticky top-0 z-10 -mx-1 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-canvas/95 px-1 py-2 backdrop-blur-sm">
      <Checkbox
        label={selected.length > 0 ? t("conflicts.selected", { count: selected.length }) : t("conflicts.select_all")}
        checked={selected.length === all.length}
        ref={(box) => {
          everything.current = box;
          if (box) box.indeterminate = selected.length > 0 && selected.length < all.length;
        }}
        onChange={(event) => onSelectAll(event.target.checked)}
      />
      {progress && <BulkProgressBar progress={progress} />}
      {selected.length > 0 && <BulkActions selected={selected} busy={busy} onAct={onAct} heir={everything} />}
    </div>
  );
}

/** How far a change of many has come. */
export function BulkProgressBar({ progress: { done, count } }: { progress: NonNullable<BulkProgress> }) {
  const t = useT();
  const said = t("conflicts.progress", { done, count });
  return (
    <p role="status" className="flex items-center gap-2 text-ink-2">
      <progress className="h-2 w-32 accent-accent" max={count} value={done} aria-label={said} /> {said}
    </p>
  );
}

type ActionsProps = Pick<Props, "selected" | "onAct"> & { busy: boolean; heir: RefObject<HTMLElement | null> };

/** They go with the last one that is chosen. */
function BulkActions({ selected, busy, onAct, heir }: ActionsProps) {
  const t = useT();
  const place = useKeptPlace<HTMLDivElement>(heir);
  const recommended = selected.filter(
    (each) => each.recommendation?.action && each.recommendation.action !== "cancel_booking",
  ).length;
  return (
    <div ref={place} role="group" aria-label={t("conflicts.bulk")} className="rise flex flex-wrap gap-2">
      {recommended > 0 && (
        <Button size="sm" variant="primary" busy={busy} onClick={() => onAct("recommended")}>
          {t("conflicts.do_recommended", { count: recommended })}
        </Button>
      )}
      {order.map((action) => {
        const count = selected.filter((each) => askable(each).includes(action)).length;
        return (
          count > 0 && (
            <Button
              key={action}
              size="sm"
              busy={busy}
              variant={action === "delete_block" ? "danger" : "secondary"}
              onClick={() => onAct(action)}
            >
              {t(`conflict.action.${action}`)} ({count})
            </Button>
          )
        );
      })}
    </div>
  );
}
