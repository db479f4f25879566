import { useState } from "react";
import { Button, Checkbox, Icon, TextField } from "@/components/core";
import { useT } from "@/i18n";
import type { WebhookEventType } from "../types";

type Props = {
  types: readonly WebhookEventType[];
  chosen: readonly string[];
  onChange: (events: string[]) => void;
  onLook: (type: string) => void;
  error?: string;
};

const groups: Record<string, (type: string) => boolean> = {
  booking: (type) => type.startsWith("booking_"),
  calendar: (type) => /^(calendar|conflict|integration)_/.test(type),
  webhook: (type) => type.startsWith("webhook_") || type === "test",
};
const own = /^[a-z][a-z0-9_.]{0,63}$/;

/** Types of events by what they are about; all of them, a group, single ones, and types of one's own. */
export function EventTree({ types, chosen, onChange, onLook, error }: Props) {
  const t = useT();
  const [added, setAdded] = useState("");
  const all = chosen.includes("*");
  const known = new Set(types.map((each) => each.type));
  const foreign = chosen.filter((type) => type !== "*" && !known.has(type));
  const toggle = (names: readonly string[], on: boolean) =>
    onChange(on ? [...new Set([...chosen, ...names])] : chosen.filter((type) => !names.includes(type)));
  const add = () => {
    if (!own.test(added)) return;
    toggle([added], true);
    setAdded("");
  };
  const named = Object.entries(groups).map(([name, holds]) => ({
    name,
    members: types.filter((each) => holds(each.type)),
  }));
  const rest = types.filter((each) => !Object.values(groups).some((holds) => holds(each.type)));
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{t("webhook.events")}</legend>
      <Checkbox
        label={t("webhook.all_events")}
        checked={all}
        onChange={(event) => onChange(event.target.checked ? ["*"] : [])}
      />
      {!all && (
        <ul className="mt-1.5 grid gap-2">
          {[...named, { name: "other", members: rest }].map(({ name, members }) => {
            const names = members.map((each) => each.type);
            const on = names.filter((type) => chosen.includes(type)).length;
            return (
              members.length > 0 && (
                <li key={name}>
                  <Checkbox
                    label={<span className="font-medium">{t.maybe(`event.group.${name}`)}</span>}
                    checked={on === names.length}
                    ref={(box) => {
                      if (box) box.indeterminate = on > 0 && on < names.length;
                    }}
                    onChange={(event) => toggle(names, event.target.checked)}
                  />
                  <ul className="mt-0.5 ml-2 grid gap-0.5 border-l border-line pl-4">
                    {members.map(({ type }) => (
                      <li key={type}>
                        <Checkbox
                          label={<code className="font-mono text-sm">{type}</code>}
                          checked={chosen.includes(type)}
                          onFocus={() => onLook(type)}
                          onMouseEnter={() => onLook(type)}
                          onChange={(event) => toggle([type], event.target.checked)}
                        />
                      </li>
                    ))}
                  </ul>
                </li>
              )
            );
          })}
          {foreign.map((type) => (
            <li key={type}>
              <Checkbox
                label={<code className="font-mono text-sm">{type}</code>}
                checked
                onChange={() => toggle([type], false)}
              />
            </li>
          ))}
          <li className="flex items-end gap-2">
            <div className="flex-1">
              <TextField
                label={t("webhook.own_event")}
                optional
                value={added}
                spellCheck={false}
                autoCapitalize="off"
                placeholder="invoice.paid"
                error={added && !own.test(added) ? t("webhook.own_event_invalid") : undefined}
                onChange={(event) => setAdded(event.target.value)}
                // who saves without pressing the button means it all the same
                onBlur={add}
                onKeyDown={(event) => {
                  if (event.key !== "Enter") return;
                  event.preventDefault();
                  add();
                }}
              />
            </div>
            <Button onClick={add} aria-disabled={!own.test(added)}>
              {t("webhook.add")}
            </Button>
          </li>
        </ul>
      )}
      {error && (
        <p role="alert" className="mt-1 flex gap-1.5 text-sm text-bad">
          <Icon name="bad" size={14} className="mt-0.5" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
