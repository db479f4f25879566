import { useId, useState } from "react";
import { Button, cx, Icon, SelectField, StatusMark, Time } from "@/components/core";
import { Switch } from "@/components/core/Switch";
import { useT } from "@/i18n";
import { useUpdateCalendar } from "../hooks/useCalendarIntegrations";
import { calendarTone } from "../status";
import type { BusyPolicy, Calendar, StalePolicy } from "../types";
import { Swatch } from "./CalendarIntegrationCard";

const kinds: readonly (keyof BusyPolicy)[] = [
  "tentative",
  "unanswered",
  "declined",
  "all_day",
  "out_of_office",
  "free",
];
const stale: readonly StalePolicy[] = ["last_known", "block", "allow"];

type Props = { integrationId: string; calendar: Calendar };

/** What one calendar does: whether it blocks, whether bookings go there, and what counts as busy. */
export function CalendarChoices({ integrationId, calendar }: Props) {
  const t = useT();
  const id = useId();
  const [open, setOpen] = useState(false);
  const update = useUpdateCalendar(integrationId);
  const writable = calendar.access === "owner" || calendar.access === "writer";
  const change = (body: Parameters<typeof update.mutate>[0] extends infer B ? Omit<B & object, "calendarId"> : never) =>
    update.mutate({ calendarId: calendar.id, ...body });
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2.5">
        <div className="flex min-w-0 flex-1 basis-52 items-center gap-2.5">
          <Swatch color={calendar.color} />
          <div className="min-w-0">
            <h3 className="truncate font-medium">{calendar.name}</h3>
            <p className="text-sm text-ink-3">
              {t(`access.${calendar.access}`)}
              {calendar.time_zone && ` · ${calendar.time_zone.replaceAll("_", " ")}`}
            </p>
          </div>
        </div>
        <div className="flex items-center gap-1 text-sm text-ink-3">
          <StatusMark plain tone={calendarTone[calendar.state]}>
            {t(`calendar.state.${calendar.state}`)}
          </StatusMark>
          {calendar.last_sync_at && (
            <>
              · <Time at={calendar.last_sync_at} />
            </>
          )}
        </div>
        <Switch
          label={t("calendar.blocks")}
          checked={calendar.blocks_time}
          onChange={(blocks_time) => change({ blocks_time })}
        />
        {writable ? (
          <Switch
            label={t("calendar.destination")}
            checked={calendar.is_destination}
            onChange={(is_destination) => change({ is_destination })}
          />
        ) : (
          <span className="text-sm text-ink-3">{t("calendar.read_only")}</span>
        )}
        <Button
          variant="quiet"
          size="sm"
          aria-expanded={open}
          aria-controls={`${id}-policy`}
          onClick={() => setOpen(!open)}
        >
          {t("calendar.policy")}
          <span className="sr-only"> {calendar.name}</span>
          <Icon name="down" size={13} className={cx("transition-transform", open && "rotate-180")} />
        </Button>
      </div>
      {open && (
        <div
          id={`${id}-policy`}
          className="rise mt-3 grid gap-4 rounded-md border border-line bg-canvas p-4 md:grid-cols-[1.4fr_1fr]"
        >
          <fieldset disabled={!calendar.blocks_time} className="disabled:opacity-60">
            <legend className="mb-1 font-medium">{t("policy.title")}</legend>
            <ul className="divide-y divide-line">
              {kinds.map((kind) => (
                <li key={kind} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-1.5">
                  <span>{t(`policy.${kind}`)}</span>
                  <BusyOrFree
                    name={t(`policy.${kind}`)}
                    value={calendar.busy_policy[kind]}
                    onChange={(value) => change({ busy_policy: { [kind]: value } })}
                  />
                </li>
              ))}
            </ul>
          </fieldset>
          <SelectField
            label={t("stale.title")}
            help={t(`stale.${calendar.stale_policy}.help`)}
            value={calendar.stale_policy}
            onChange={(event) => change({ stale_policy: event.target.value as StalePolicy })}
          >
            {stale.map((policy) => (
              <option key={policy} value={policy}>
                {t(`stale.${policy}`)}
              </option>
            ))}
          </SelectField>
        </div>
      )}
    </li>
  );
}

function BusyOrFree({
  name,
  value,
  onChange,
}: {
  name: string;
  value: "busy" | "free";
  onChange: (value: "busy" | "free") => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <span
      role="radiogroup"
      aria-label={name}
      className="inline-flex overflow-hidden rounded-md border border-edge/60 text-sm"
    >
      {(["busy", "free"] as const).map((each) => (
        <label
          key={each}
          className={cx(
            "cursor-pointer px-3 py-0.5 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent max-md:py-1.5",
            value === each ? "bg-accent font-medium text-on-accent" : "bg-surface hover:bg-sunken",
          )}
        >
          <input type="radio" name={id} className="sr-only" checked={value === each} onChange={() => onChange(each)} />
          {t(`policy.${each}_word`)}
        </label>
      ))}
    </span>
  );
}
