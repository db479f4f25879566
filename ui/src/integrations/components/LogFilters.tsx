import { useEffect, useRef, useState } from "react";
import { instantOf, useClock, useZone, wallTimeIn } from "@/app/time";
import { Button, Chip, Icon, SelectField, TextField, useKeptPlace } from "@/components/core";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import type { LogFilter } from "../api/integrationsApi";
import { useCalendarIntegrations } from "../hooks/useCalendarIntegrations";
import { useWebhooks } from "../hooks/useWebhooks";
import { integrationTypes, logTypes } from "../search";
import type { LogType } from "../types";

type Props = { filter: LogFilter; onChange: (change: LogFilter) => void; onClear: () => void };

const pause = 350;
const presets = [1, 24, 24 * 7, 24 * 30] as const;

/** Everything the log can be narrowed by, and as chips what it is narrowed by now. */
export function LogFilters({ filter, onChange, onClear }: Props) {
  const t = useT();
  const accounts = useAccounts();
  return (
    <div className="mb-3 grid gap-2.5">
      <div className="grid grid-cols-2 gap-2 lg:grid-cols-[minmax(12rem,1.6fr)_repeat(4,minmax(0,1fr))]">
        <SearchField value={filter.q ?? ""} onChange={(q) => onChange({ q: q || undefined })} />
        <SelectField
          hideLabel
          label={t("logs.type")}
          value={filter.log_type ?? ""}
          onChange={(event) => onChange({ log_type: (event.target.value || undefined) as LogType | undefined })}
        >
          <option value="">{t("logs.any_type")}</option>
          {logTypes.map((type) => (
            <option key={type} value={type}>
              {t(`log_type.${type}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          hideLabel
          label={t("logs.outcome")}
          value={filter.success === undefined ? "" : String(filter.success)}
          onChange={(event) =>
            onChange({ success: event.target.value === "" ? undefined : event.target.value === "true" })
          }
        >
          <option value="">{t("logs.any_outcome")}</option>
          <option value="true">{t("logs.succeeded")}</option>
          <option value="false">{t("logs.failed")}</option>
        </SelectField>
        <SelectField
          hideLabel
          label={t("logs.integration")}
          value={filter.integration_id ?? ""}
          onChange={(event) => onChange({ integration_id: event.target.value || undefined })}
        >
          <option value="">{t("logs.any_integration")}</option>
          {[...accounts].map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {filter.integration_id && !accounts.has(filter.integration_id) && (
            <option value={filter.integration_id}>
              {t("logs.gone_integration", { id: filter.integration_id.slice(0, 8) })}
            </option>
          )}
        </SelectField>
        <SelectField
          hideLabel
          label={t("logs.period")}
          value={filter.from || filter.to ? "own" : ""}
          onChange={(event) => {
            const hours = Number(event.target.value);
            onChange(
              hours
                ? { from: new Date(Date.now() - hours * 3_600_000).toISOString(), to: undefined }
                : { from: undefined, to: undefined },
            );
          }}
        >
          <option value="">{t("logs.any_time")}</option>
          {presets.map((hours) => (
            <option key={hours} value={hours}>
              {hours < 48 ? t("logs.last_hours", { count: hours }) : t("logs.last_days", { count: hours / 24 })}
            </option>
          ))}
          {(filter.from || filter.to) && <option value="own">{t("logs.own_period")}</option>}
        </SelectField>
      </div>
      <MoreFilters filter={filter} onChange={onChange} />
      <Chips filter={filter} onChange={onChange} onClear={onClear} />
    </div>
  );
}

/** What an entry can be about, by id: connected accounts and webhooks. */
function useAccounts(): ReadonlyMap<string, string> {
  const integrations = useCalendarIntegrations();
  const webhooks = useWebhooks();
  return new Map([
    ...(integrations.data ?? []).map((each) => [each.id, accountName(each)] as const),
    ...(webhooks.data ?? []).map((each) => [each.id, each.name] as const),
  ]);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is asked for less often: a kind of integration, a stretch of time of one's own, one booking. */
function MoreFilters({ filter, onChange }: Omit<Props, "onClear">) {
  const t = useT();
  const [open, setOpen] = useState(Boolean(filter.integration_type || filter.to || filter.booking));
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 w-fit rounded-sm text-sm text-ink-2">{t("logs.more_filters")}</summary>
      <div className="mt-1.5 grid items-start gap-x-2 gap-y-2.5 sm:grid-cols-2 lg:grid-cols-4">
        <SelectField
          label={t("logs.kind")}
          value={filter.integration_type ?? ""}
          onChange={(event) =>
            onChange({ integration_type: (event.target.value || undefined) as LogFilter["integration_type"] })
          }
        >
          <option value="">{t("logs.any_kind")}</option>
          {integrationTypes.map((type) => (
            <option key={type} value={type}>
              {t(`integration_type.${type}`)}
            </option>
          ))}
        </SelectField>
        <MomentField label={t("logs.from_label")} value={filter.from} onChange={(from) => onChange({ from })} />
        <MomentField label={t("logs.to_label")} value={filter.to} onChange={(to) => onChange({ to })} />
        <BookingField value={filter.booking} onChange={(booking) => onChange({ booking })} />
      </div>
    </details>
  );
}

type FieldProps<Value> = { value: Value | undefined; onChange: (value: Value | undefined) => void };

/** A moment in the zone that times are shown in; the address has it as an instant. */
function MomentField({ label, value, onChange }: FieldProps<string> & { label: string }) {
  const zone = useZone();
  const shown = value && !Number.isNaN(Date.parse(value)) ? wallTimeIn(Date.parse(value), zone) : "";
  const [text, setText] = useState(shown);
  const [known, setKnown] = useState(shown);
  if (shown !== known) {
    setKnown(shown);
    setText(shown);
  }
  // while one types, each part on its own would be another filter
  const commit = () => {
    if (text !== shown) onChange(text ? new Date(instantOf(text, zone)).toISOString() : undefined);
  };
  return (
    <TextField
      type="datetime-local"
      label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}

function BookingField({ value, onChange }: FieldProps<string>) {
  const t = useT();
  const [text, setText] = useLastingText(value ?? "", (typed) => {
    if (typed === "" || uuid.test(typed)) onChange(typed || undefined);
  });
  const typed = text.trim();
  return (
    <TextField
      label={t("logs.booking_label")}
      value={text}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      className="font-mono"
      error={typed && !uuid.test(typed) ? t("logs.booking_invalid") : undefined}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

/** Text that is reported when the typing pauses, without the spaces around it, which may yet get a word behind them. */
function useLastingText(value: string, onLast: (value: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const report = useRef(onLast);
  report.current = onLast;
  useEffect(() => {
    // the address changed by something else, such as a chip or the Back button
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    const typed = text.trim();
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      report.current(typed);
    }, pause);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT();
  const [text, setText] = useLastingText(value, onChange);
  return (
    <div className="relative max-lg:col-span-2">
      <Icon
        name="search"
        size={15}
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-3"
      />
      <input
        type="search"
        maxLength={200}
        aria-label={t("logs.search")}
        placeholder={t("logs.search")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-9 w-full rounded-md border border-edge bg-surface pr-2 pl-9 max-md:h-11 max-md:text-[1rem]"
      />
    </div>
  );
}

function Chips({ filter, onChange, onClear }: Props) {
  const t = useT();
  const clock = useClock();
  const accounts = useAccounts();
  const chips: { key: keyof LogFilter; text: string }[] = [];
  if (filter.q) chips.push({ key: "q", text: t("logs.quoted", { text: filter.q }) });
  if (filter.log_type) chips.push({ key: "log_type", text: t(`log_type.${filter.log_type}`) });
  if (filter.success !== undefined)
    chips.push({ key: "success", text: t(filter.success ? "logs.succeeded" : "logs.failed") });
  if (filter.integration_id)
    chips.push({
      key: "integration_id",
      text: accounts.get(filter.integration_id) ?? filter.integration_id.slice(0, 8),
    });
  if (filter.integration_type)
    chips.push({ key: "integration_type", text: t(`integration_type.${filter.integration_type}`) });
  if (filter.booking) chips.push({ key: "booking", text: t("logs.booking", { id: filter.booking.slice(0, 8) }) });
  if (filter.from) chips.push({ key: "from", text: t("logs.from", { time: clock.short(filter.from) }) });
  if (filter.to) chips.push({ key: "to", text: t("logs.to", { time: clock.short(filter.to) }) });
  if (chips.length === 0) return null;
  return <ChipRow chips={chips} onChange={onChange} onClear={onClear} />;
}

type ChipRowProps = Pick<Props, "onChange" | "onClear"> & { chips: { key: keyof LogFilter; text: string }[] };

function ChipRow({ chips, onChange, onClear }: ChipRowProps) {
  const t = useT();
  const row = useKeptPlace<HTMLDivElement>();
  return (
    <div ref={row} role="group" aria-label={t("logs.filters")} className="flex flex-wrap items-center gap-1.5">
      {chips.map(({ key, text }) => (
        <Chip key={key} name={text} onRemove={() => onChange({ [key]: undefined })}>
          {text}
        </Chip>
      ))}
      <Button variant="quiet" size="sm" onClick={onClear}>
        {t("logs.clear")}
      </Button>
    </div>
  );
}
