import { useClock, useNow } from "@/app/time";

type Props = { at: string | null | undefined; style?: "relative" | "short" | "full"; otherwise?: string };

/** An instant. Relative ones carry the absolute one; pressing `t` turns all of them over. */
export function Time({ at, style = "relative", otherwise = "–" }: Props) {
  const clock = useClock();
  const now = useNow();
  if (!at) return <span>{otherwise}</span>;
  const shown =
    style === "full"
      ? clock.full(at)
      : style === "short" || clock.style === "absolute"
        ? clock.short(at)
        : clock.relative(at, now);
  return (
    <time dateTime={at} title={clock.full(at)} className="whitespace-nowrap">
      {shown}
    </time>
  );
}
