/** Beside words that say what is being done; alone it needs a `label`. */
export function LoadingSpinner({ size = 16, label }: { size?: number; label?: string }) {
  return (
    <span role={label ? "status" : undefined} className="inline-grid place-items-center">
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        width={size}
        height={size}
        className="spin"
        fill="none"
        strokeWidth="2"
      >
        <circle cx="8" cy="8" r="6" stroke="currentColor" opacity="0.25" />
        <path d="M14 8a6 6 0 0 0-6-6" stroke="currentColor" strokeLinecap="round" />
      </svg>
      {label && <span className="sr-only">{label}</span>}
    </span>
  );
}
