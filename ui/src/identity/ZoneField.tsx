import { useMemo } from "react";
import { useIntl } from "react-intl";
import { useNow } from "@/app/time";
import { SelectField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { offsetOf, zones } from "./zones";

type Props = { value: string; onChange: (zone: string) => void; label: string; help?: string; error?: string };

/** Every zone, with the time it is there: the proof that it is the right one. */
export function ZoneField({ value, onChange, label, help, error }: Props) {
  const t = useT();
  const intl = useIntl();
  const lang = useServerLang();
  const now = useNow();
  const known = useMemo(() => (zones.includes(value) ? zones : [value, ...zones]), [value]);
  const there = intl.formatDate(now, { timeZone: value, weekday: "long", hour: "2-digit", minute: "2-digit" });
  return (
    <SelectField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
      errorLang={lang}
      help={
        <>
          {t("zone.now", { zone: value.replaceAll("_", " "), time: there, offset: offsetOf(value) })} {help}
        </>
      }
    >
      {known.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll("_", " ")}
        </option>
      ))}
    </SelectField>
  );
}
