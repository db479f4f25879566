import { useSyncExternalStore } from "react";
import { useIntl } from "react-intl";
import { useMe } from "@/identity/me";
import { usePreferences } from "./preferences";

const tick = 10_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    now = Date.now();
    for (const each of listeners) each();
  }, tick);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, in milliseconds, moving on every ten seconds: one timer for the whole page. */
export function useNow(): number {
  const seen = useSyncExternalStore(subscribe, () => now);
  return Math.max(seen, Date.now() - tick);
}

export const deviceZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The zone that times are shown in: the organizer's, this device's, or UTC. */
export function useZone(): string {
  const { zone } = usePreferences();
  const me = useMe();
  if (zone === "utc") return "UTC";
  if (zone === "device") return deviceZone;
  return me.data?.time_zone ?? deviceZone;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Number.POSITIVE_INFINITY],
];

/** The largest unit that leaves at least one: 90 s ago is "1 minute ago". */
export function relativeParts(milliseconds: number): { value: number; unit: Intl.RelativeTimeFormatUnit } {
  let value = milliseconds / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return { value: Math.trunc(value), unit };
    value /= size;
  }
  return { value: Math.trunc(value), unit: "year" };
}

/** A stretch of time whose words depend on which days it touches. */
type Stretch = { start: string | number; end: string | number };

/** Formats instants in the chosen zone and locale. */
export function useClock() {
  const intl = useIntl();
  const timeZone = useZone();
  const { times } = usePreferences();
  const formatted = (at: string | number, options: Intl.DateTimeFormatOptions) =>
    intl.formatDate(at, { timeZone, ...options } as never);
  const time = (at: string | number) => formatted(at, { hour: "2-digit", minute: "2-digit" });
  const day = (at: string | number) => formatted(at, { weekday: "short", day: "numeric", month: "short" });
  /** 10:00–11:00; all day; Mon 23 Nov – Wed 25 Nov, all day; Mon 23 Nov, 22:00 – Tue 24 Nov, 01:00 */
  const span = ({ start, end }: Stretch) => {
    const [from, to] = [new Date(start).getTime(), new Date(end).getTime()];
    const first = dayIn(from, timeZone);
    // what ends at midnight does not touch the day that begins there
    const last = dayIn(Math.max(to - 1, from), timeZone);
    if (from < to && from === startOfDay(first, timeZone) && to === startOfDay(addDays(last, 1), timeZone)) {
      return first === last
        ? intl.formatMessage({ id: "time.all_day" })
        : intl.formatMessage({ id: "time.all_days" }, { from: day(from), to: day(to - 1) });
    }
    return first === last ? `${time(from)}–${time(to)}` : `${day(from)}, ${time(from)} – ${day(to)}, ${time(to)}`;
  };
  return {
    timeZone,
    style: times,
    /** 14:05 */
    time,
    span,
    /** Mon 23 Nov, 14:05:09 */
    stamp: (at: string | number) =>
      formatted(at, {
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      }),
    /** 45 min; 9 hr; 1 hr 30 min; 2 days 4 hr */
    length: (minutes: number) =>
      (
        [
          ["day", Math.floor(minutes / 1440)],
          ["hour", Math.floor((minutes % 1440) / 60)],
          ["minute", minutes % 60],
        ] as const
      )
        .filter(([unit, value]) => value > 0 || (unit === "minute" && minutes === 0))
        .map(([unit, value]) => intl.formatNumber(value, { style: "unit", unit, unitDisplay: "short" }))
        .join(" "),
    /** Mon 23 Nov */
    day,
    /** Mon 23 */
    weekday: (at: string | number) => formatted(at, { weekday: "short", day: "numeric" }),
    /** Monday 23 November */
    longDay: (at: string | number) => formatted(at, { weekday: "long", day: "numeric", month: "long" }),
    /** 23 Nov 2026 */
    date: (at: string | number) => formatted(at, { day: "numeric", month: "short", year: "numeric" }),
    /** 23 Nov, 14:05 */
    short: (at: string | number) =>
      formatted(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    /** Monday, 23 November 2026 at 14:05:09 CET */
    full: (at: string | number) =>
      formatted(at, {
        weekday: "short",
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        timeZoneName: "short",
      }),
    /** "3 min ago", "in 2 hr" */
    relative: (at: string | number, from: number) => {
      const { value, unit } = relativeParts(new Date(at).getTime() - from);
      if (unit === "second" && Math.abs(value) < 10) return intl.formatRelativeTime(0, "second", { numeric: "auto" });
      return intl.formatRelativeTime(value, unit, { style: "short" });
    },
  };
}

/** Making one takes longer than using it a hundred times. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a zone, as yyyy-mm-dd. */
export function dayIn(at: number, timeZone: string): string {
  let format = dayFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    dayFormats.set(timeZone, format);
  }
  return format.format(at);
}

/** The instant at which a calendar day begins in a zone, on days without a midnight included. */
export function startOfDay(day: string, timeZone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`);
  let low = noon - 36 * 3_600_000;
  let high = noon + 36 * 3_600_000;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (dayIn(middle, timeZone) < day) low = middle;
    else high = middle;
  }
  return high;
}

/** The day `count` days after another, as yyyy-mm-dd. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** What a clock on the wall shows at an instant, as yyyy-mm-ddThh:mm. */
export function wallTimeIn(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
  return parts.replace(" ", "T");
}

/** The instant at which a clock on the wall shows a time; one that the change of clocks skips is taken after it. */
export function instantOf(wallTime: string, timeZone: string): number {
  const wanted = Date.parse(`${wallTime}Z`);
  const shownAt = (at: number) => Date.parse(`${wallTimeIn(at, timeZone)}Z`);
  const first = wanted - (shownAt(wanted) - wanted);
  const second = first - (shownAt(first) - wanted);
  return shownAt(second) === wanted ? second : Math.max(first, second);
}

/** The hours of a day that are marked in drawings. */
const markedHours = [6, 12, 18] as const;

/** Where 6, 12 and 18 o'clock lie in a day, in shares of it: not in quarters where the clocks change. */
export function hourMarks(start: number, end: number, timeZone: string): number[] {
  const day = dayIn(start, timeZone);
  return markedHours.map(
    (hour) => (instantOf(`${day}T${String(hour).padStart(2, "0")}:00`, timeZone) - start) / (end - start),
  );
}
