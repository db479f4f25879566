import { useClock } from "@/app/time";
import { Button } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import type { Conflict, ConflictParty } from "../types";

const listed = 12;

/** The blocks that would go with these conflicts, each once, by their beginning. */
export function blocksOf(conflicts: readonly Conflict[]): ConflictParty[] {
  const blocks = new Map<string, ConflictParty>();
  for (const { parties } of conflicts) {
    for (const party of parties) if (party.type === "manual_block") blocks.set(party.id, party);
  }
  return [...blocks.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

type Props = { conflicts: readonly Conflict[]; onDelete: () => void; onClose: () => void };

/** Which blocks a change of many would delete, before it does: they do not come back. */
export function BulkDeletion({ conflicts, onDelete, onClose }: Props) {
  const t = useT();
  const clock = useClock();
  const blocks = blocksOf(conflicts);
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("conflicts.delete_title", { count: blocks.length })}
      description={t("conflicts.delete_lead")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button variant="danger" icon="trash" onClick={onDelete}>
            {t("conflicts.delete_now", { count: blocks.length })}
          </Button>
        </>
      }
    >
      <ul className="divide-y divide-line rounded-md border border-line">
        {blocks.slice(0, listed).map((block) => (
          <li key={block.id} className="px-3.5 py-1.5">
            <span className="font-medium wrap-anywhere">{block.title || t("conflict.untitled.manual_block")}</span>{" "}
            <span className="text-ink-3">
              {clock.day(block.start)} · {clock.span(block)}
            </span>
          </li>
        ))}
        {blocks.length > listed && (
          <li className="px-3.5 py-1.5 text-ink-2">{t("conflicts.delete_more", { count: blocks.length - listed })}</li>
        )}
      </ul>
    </Dialog>
  );
}
