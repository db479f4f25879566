import { useState } from "react";
import { Dialog } from "@/components/core/Dialog";
import { Switch } from "@/components/core/Switch";
import { type MessageId, useT } from "@/i18n";
import { shortcutsOn, switchShortcuts } from "./useShortcuts";

const shortcuts: readonly [string[], MessageId][] = [
  [["g", "o"], "nav.overview"],
  [["g", "c"], "nav.calendars"],
  [["g", "x"], "nav.conflicts"],
  [["g", "w"], "nav.webhooks"],
  [["g", "l"], "nav.logs"],
  [["g", "p"], "nav.profile"],
  [["/"], "shortcuts.search"],
  [["t"], "shortcuts.times"],
  [["p"], "shortcuts.pause"],
  [["?"], "shortcuts.help"],
];

export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [on, setOn] = useState(shortcutsOn);
  const change = (next: boolean) => {
    switchShortcuts(next);
    setOn(next);
  };
  return (
    <Dialog open onClose={onClose} size="sm" title={t("nav.shortcuts")} description={t("shortcuts.lead")}>
      <Switch label={t("shortcuts.on")} help={t("shortcuts.on_help")} checked={on} onChange={change} />
      <dl className="mt-4 grid gap-px">
        {shortcuts.map(([presses, what]) => (
          <div key={what} className="flex items-center justify-between border-t border-line py-2">
            <dt>{t(what)}</dt>
            <dd className="flex gap-1">
              {presses.map((key) => (
                <kbd
                  key={key}
                  className="grid h-6 min-w-6 place-items-center rounded-sm border border-edge/60 bg-canvas px-1.5 font-mono text-sm"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
