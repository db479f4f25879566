/** Two shores, a span, and what it carries. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 32 32"
      width={size}
      height={size}
      fill="none"
      strokeLinecap="round"
      className="shrink-0"
    >
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="stroke-on-accent" strokeWidth="2.4">
        <path d="M5.5 21h21M9 21a7 7 0 0 1 14 0M9 21v4.5M23 21v4.5" />
      </g>
      <circle cx="16" cy="8.4" r="2.1" className="fill-span" />
    </svg>
  );
}
