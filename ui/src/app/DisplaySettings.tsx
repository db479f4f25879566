import { forgetFailures } from "@/api/failures";
import { Button, notify, SelectField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { loadIntl, useT } from "@/i18n";
import { useMe } from "@/identity/me";
import { type Preferences, prefer, usePreferences } from "./preferences";
import { deviceZone } from "./time";

/** How things are shown in this browser. */
export function DisplaySettings({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const current = usePreferences();
  const choose = async <K extends keyof Preferences>(name: K, value: Preferences[K]) => {
    try {
      // words that do not come must not take the page with them
      if (name === "locale") await loadIntl(value as Preferences["locale"]);
      prefer(name, value);
    } catch {
      forgetFailures();
      notify({ tone: "bad", title: t("problem.not_loaded"), detail: t("problem.not_loaded.fix") });
    }
  };
  const choice = <K extends keyof Preferences>(
    name: K,
    label: string,
    options: [Preferences[K], string][],
    help?: string,
  ) => (
    <SelectField
      label={label}
      help={help}
      value={current[name]}
      onChange={(event) => choose(name, event.target.value as Preferences[K])}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("nav.display")}
      description={t("display.lead")}
      footer={<Button onClick={onClose}>{t("action.done")}</Button>}
    >
      <div className="grid gap-4">
        {choice(
          "zone",
          t("display.zone"),
          [
            ["organizer", t("display.zone.organizer", { zone: me.data?.time_zone ?? "" })],
            ["device", t("display.zone.device", { zone: deviceZone })],
            ["utc", "UTC"],
          ],
          t("display.zone.help"),
        )}
        {choice("times", t("display.times"), [
          ["relative", t("display.times.relative")],
          ["absolute", t("display.times.absolute")],
        ])}
        {choice("theme", t("display.theme"), [
          ["system", t("display.theme.system")],
          ["light", t("display.theme.light")],
          ["dark", t("display.theme.dark")],
        ])}
        {choice("locale", t("display.locale"), [
          ["en", "English"],
          ["de", "Deutsch"],
          ...(import.meta.env.DEV ? [["pseudo", "Pseudo"] as ["pseudo", string]] : []),
        ])}
      </div>
    </Dialog>
  );
}
