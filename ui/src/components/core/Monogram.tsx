/** A provider's mark. The vendors' logos are theirs, so a letter stands in for them. */
export function Monogram({ name }: { name: string }) {
  const letters = name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(" ")
    .filter(Boolean);
  const text = letters.length > 1 ? `${letters[0]?.[0]}${letters[1]?.[0]}` : name.slice(0, 2);
  return (
    <span
      aria-hidden="true"
      data-monogram
      className="grid size-9 shrink-0 place-items-center rounded-md border border-line bg-canvas text-sm font-semibold tracking-tight text-accent"
    >
      {text}
    </span>
  );
}
