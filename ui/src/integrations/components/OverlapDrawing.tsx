import { useClock } from "@/app/time";
import { useT } from "@/i18n";
import { overlapOf } from "../hooks/useConflicts";
import type { Conflict } from "../types";

const width = 1000;

/** Both things on one scale of time, and the stretch that they share. */
export function OverlapDrawing({ conflict }: { conflict: Conflict }) {
  const t = useT();
  const clock = useClock();
  const [first, second] = conflict.parties;
  if (!first || !second) return null;
  const shared = overlapOf(conflict);
  const starts = conflict.parties.map((party) => Date.parse(party.start));
  const ends = conflict.parties.map((party) => Date.parse(party.end));
  const from = Math.min(...starts);
  const span = Math.max(...ends) - from || 1;
  const at = (time: number) => ((time - from) / span) * width;
  const bar = (place: number, look: string, y: number) => {
    const start = at(starts[place] ?? from);
    return (
      <rect x={start} y={y} width={Math.max(at(ends[place] ?? from) - start, 8)} height="11" rx="2" className={look} />
    );
  };
  return (
    <svg
      viewBox={`0 0 ${width} 32`}
      preserveAspectRatio="none"
      role="img"
      className="h-8 w-full"
      aria-label={t("conflict.drawing", {
        span: clock.span(shared),
        length: clock.length(conflict.overlap_minutes),
      })}
    >
      <rect width={width} height="32" className="fill-sunken" rx="3" />
      {bar(0, "fill-accent", 3)}
      {bar(1, "fill-span", 18)}
      <rect
        x={at(shared.start)}
        width={Math.max(at(shared.end) - at(shared.start), 8)}
        height="32"
        className="fill-bad-mark/25"
      />
      <path
        d={`M${at(shared.start)} 0v32M${at(shared.end)} 0v32`}
        className="stroke-bad-mark"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
