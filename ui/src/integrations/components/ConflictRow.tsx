import { memo, useState } from "react";
import { useClock } from "@/app/time";
import { Button, cx, IconButton, StatusMark, useKeptPlace } from "@/components/core";
import { Menu } from "@/components/core/Menu";
import { useServerLang, useT } from "@/i18n";
import { overlapOf } from "../hooks/useConflicts";
import { severityTone } from "../status";
import type { Conflict, ConflictAction, ConflictParty } from "../types";
import { ConflictPreview } from "./ConflictPreview";
import { OverlapDrawing } from "./OverlapDrawing";

type Props = {
  conflict: Conflict;
  selected: boolean;
  onSelect: (id: string, selected: boolean) => void;
  onResolve: (id: string, action: ConflictAction) => void;
};

const icons = {
  dismiss: "off",
  delete_block: "trash",
  shrink_block: "sliders",
  mark_free: "ok",
  reopen: "sync",
} as const;

/** Actions that this contract lets a person ask for. */
export function askable(conflict: Pick<Conflict, "actions">): ConflictAction[] {
  return conflict.actions.filter((action): action is ConflictAction => action !== "cancel_booking");
}

export const ConflictRow = memo(function ConflictRow({ conflict, selected, onSelect, onResolve }: Props) {
  const t = useT();
  const lang = useServerLang();
  const clock = useClock();
  const entry = useKeptPlace<HTMLLIElement>();
  const [previewed, setPreviewed] = useState<ConflictAction | null>(null);
  const shared = overlapOf(conflict);
  const actions = askable(conflict);
  const recommended =
    conflict.recommendation?.action && conflict.recommendation.action !== "cancel_booking"
      ? conflict.recommendation.action
      : null;
  const main =
    recommended ?? (conflict.status === "open" ? null : actions.includes("reopen") ? ("reopen" as const) : null);
  const others = actions.filter((action) => action !== main);
  const titles = conflict.parties.map((party) => party.title || t(`conflict.untitled.${party.type}`));
  const name = titles.join(" / ");
  // what can be taken back is done at once, what cannot is shown first
  const start = (action: ConflictAction) =>
    action === "dismiss" || action === "reopen" ? onResolve(conflict.id, action) : setPreviewed(action);
  return (
    <li ref={entry} data-entry className="px-4 py-3.5 [contain-intrinsic-size:auto_9rem] [content-visibility:auto]">
      <div className="grid gap-x-5 gap-y-2.5 md:grid-cols-[auto_minmax(0,1.1fr)_minmax(0,1fr)]">
        {actions.length > 0 ? (
          <input
            type="checkbox"
            className="mt-1 size-4 accent-accent max-md:absolute max-md:right-4 md:relative"
            aria-label={t("conflict.select", { name })}
            checked={selected}
            onChange={(event) => onSelect(conflict.id, event.target.checked)}
          />
        ) : (
          <span className="w-4 max-md:hidden" />
        )}
        <div className="min-w-0 max-md:pr-8">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
            <span className="font-semibold">{clock.span(shared)}</span>
            <span className="text-sm text-ink-3">
              {t("conflict.shared", { length: clock.length(conflict.overlap_minutes) })}
            </span>
            <StatusMark plain tone={severityTone[conflict.severity]}>
              {t(`severity.${conflict.severity}`)}
            </StatusMark>
          </p>
          <ul className="mt-1 grid gap-0.5">
            {conflict.parties.map((party, at) => (
              <Party key={party.id} party={party} title={titles[at] ?? ""} first={at === 0} />
            ))}
          </ul>
        </div>
        <div className="min-w-0">
          <OverlapDrawing conflict={conflict} />
          <p className="mt-1 text-xs text-ink-3">{t(`overlap.${conflict.overlap_type}`)}</p>
        </div>
      </div>
      <div className="mt-2.5 flex flex-wrap items-center gap-2 md:ml-9">
        {main && (
          <>
            <Button
              size="sm"
              aria-label={`${t(`conflict.action.${main}`)}: ${name}`}
              variant={recommended ? "primary" : "secondary"}
              onClick={() => onResolve(conflict.id, main)}
            >
              {t(`conflict.action.${main}`)}
            </Button>
            <Button
              size="sm"
              aria-label={`${t("conflict.preview")}: ${name}`}
              variant="quiet"
              aria-expanded={previewed !== null}
              onClick={() => setPreviewed(previewed ? null : main)}
            >
              {t("conflict.preview")}
            </Button>
          </>
        )}
        {!main &&
          others.map((action) => (
            <Button
              key={action}
              size="sm"
              aria-label={`${t(`conflict.action.${action}`)}: ${name}`}
              onClick={() => start(action)}
            >
              {t(`conflict.action.${action}`)}
            </Button>
          ))}
        {main && others.length > 0 && (
          <Menu
            trigger={<IconButton icon="more" label={t("conflict.more", { name })} />}
            items={others.map((action) => ({
              label: t(`conflict.action.${action}`),
              icon: icons[action],
              danger: action === "delete_block",
              onSelect: () => start(action),
            }))}
          />
        )}
        {conflict.recommendation && (
          <p lang={lang} className="min-w-0 flex-1 basis-60 text-sm text-ink-2">
            {conflict.recommendation.explanation}
          </p>
        )}
      </div>
      {previewed && (
        <div className={cx("md:ml-9")}>
          <ConflictPreview
            conflict={conflict}
            action={previewed}
            onCancel={() => setPreviewed(null)}
            onDo={() => {
              setPreviewed(null);
              onResolve(conflict.id, previewed);
            }}
          />
        </div>
      )}
    </li>
  );
});

function Party({ party, title, first }: { party: ConflictParty; title: string; first: boolean }) {
  const t = useT();
  const clock = useClock();
  return (
    <li className="flex items-baseline gap-2">
      <span aria-hidden="true" className={cx("size-2.5 shrink-0 rounded-[3px]", first ? "bg-accent" : "bg-span")} />
      <span className="min-w-0">
        <span className="font-medium">{title}</span>{" "}
        <span className="text-ink-3">
          {clock.span(party)} · {party.calendar ?? t("conflict.by_hand")}
        </span>
        {party.marked_free && (
          <span className="ml-2 rounded-sm bg-sunken px-1.5 text-sm font-medium">{t("conflicts.marked.mark")}</span>
        )}
      </span>
    </li>
  );
}
