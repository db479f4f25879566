import { addDays, hourMarks, startOfDay, useClock } from "@/app/time";
import { useT } from "@/i18n";
import { overlapOf } from "../hooks/useConflicts";
import type { Conflict, ConflictParty } from "../types";

/** What was blocked by hand is in no calendar. */
const byHandKey = "";

type Lane = { key: string; name: string; parties: Map<string, ConflictParty>; conflicts: Conflict[] };

const laneKey = (party: ConflictParty) => party.calendar_id ?? byHandKey;

/** The lanes of one day: a calendar each, whatever its name, and one for what was blocked by hand. */
export function lanesOf(conflicts: readonly Conflict[], byHand: string): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const conflict of conflicts) {
    for (const party of conflict.parties) {
      const key = laneKey(party);
      const lane: Lane = lanes.get(key) ?? { key, name: party.calendar ?? byHand, parties: new Map(), conflicts: [] };
      lane.parties.set(party.id, party);
      if (!lane.conflicts.includes(conflict)) lane.conflicts.push(conflict);
      lanes.set(key, lane);
    }
  }
  return [...lanes.values()];
}

const width = 1440;

/** One day with a lane for each calendar, and the overlaps drawn in the lanes of what overlaps. */
export function DayLanes({ day, conflicts }: { day: string; conflicts: readonly Conflict[] }) {
  const t = useT();
  const clock = useClock();
  const start = startOfDay(day, clock.timeZone);
  const end = startOfDay(addDays(day, 1), clock.timeZone);
  const marks = hourMarks(start, end, clock.timeZone);
  const lanes = lanesOf(conflicts, t("conflict.by_hand"));
  const at = (time: number) => Math.min(Math.max((time - start) / (end - start), 0), 1) * width;
  return (
    <figure className="px-4 py-3">
      <figcaption className="sr-only">
        {conflicts
          .map((conflict) => {
            const names = conflict.parties
              .map((party) => party.title || t(`conflict.untitled.${party.type}`))
              .join(" / ");
            return `${names}: ${clock.span(overlapOf(conflict))}`;
          })
          .join("; ")}
      </figcaption>
      <div aria-hidden="true" className="grid gap-1">
        {lanes.map((lane) => (
          <div
            key={lane.key}
            className="grid grid-cols-[6rem_minmax(0,1fr)] items-center gap-2 max-sm:grid-cols-1 max-sm:gap-0"
          >
            <span className="truncate text-sm text-ink-2">{lane.name}</span>
            <svg aria-hidden="true" viewBox={`0 0 ${width} 24`} preserveAspectRatio="none" className="h-6 w-full">
              <rect width={width} height="24" rx="3" className="fill-sunken" />
              {marks.map((mark) => (
                <path
                  key={mark}
                  d={`M${mark * width} 0v24`}
                  className="stroke-line"
                  vectorEffect="non-scaling-stroke"
                />
              ))}
              {[...lane.parties.values()].map((party) => {
                const x = at(Date.parse(party.start));
                return (
                  <rect
                    key={party.id}
                    x={x}
                    y="3"
                    width={Math.max(at(Date.parse(party.end)) - x, 6)}
                    height="18"
                    rx="2"
                    className={party.calendar_id ? "fill-accent" : "fill-span"}
                  >
                    <title>{`${party.title} ${clock.span(party)}`}</title>
                  </rect>
                );
              })}
              {lane.conflicts.map((conflict) => {
                const shared = overlapOf(conflict);
                const x = at(shared.start);
                return (
                  <rect
                    key={conflict.id}
                    data-overlap={conflict.id}
                    x={x}
                    width={Math.max(at(shared.end) - x, 4)}
                    height="24"
                    className="fill-bad-mark/35"
                  />
                );
              })}
            </svg>
          </div>
        ))}
        <div className="grid grid-cols-[6rem_minmax(0,1fr)] gap-2 max-sm:grid-cols-1">
          <span className="max-sm:hidden" />
          <div className="relative h-4 text-xs text-ink-3">
            {[0, ...marks, 1].map((mark, place) => (
              <span
                key={mark}
                className={
                  mark === 1 ? "absolute -translate-x-full" : mark > 0 ? "absolute -translate-x-1/2" : "absolute"
                }
                style={{ left: `${mark * 100}%` }}
              >
                {String(place * 6).padStart(2, "0")}
              </span>
            ))}
          </div>
        </div>
      </div>
    </figure>
  );
}
