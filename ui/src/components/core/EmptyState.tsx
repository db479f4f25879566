import type { ReactNode } from "react";
import { cx } from "./cx";

/** Nothing there, and what to do about it. The arch is the product's mark, waiting for its span. */
export function EmptyState({
  title,
  children,
  action,
  quiet,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  quiet?: boolean;
}) {
  return (
    <div className={cx("grid justify-items-center px-6 text-center", quiet ? "py-8" : "py-12 md:py-16")}>
      {!quiet && (
        <svg
          aria-hidden="true"
          viewBox="0 0 120 44"
          width="132"
          className="mb-5 text-edge"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
        >
          <path d="M4 30h30M86 30h30" />
          <path d="M34 30h52" strokeDasharray="2 6" className="text-accent" stroke="currentColor" />
          <path d="M22 30c4-14 20-22 38-22s34 8 38 22" strokeDasharray="2 5" opacity="0.7" />
          <path d="M34 30v8M86 30v8" />
        </svg>
      )}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="mt-1 max-w-md text-ink-2">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
