import { useT } from "@/i18n";
import { cx } from "./cx";

/** The shape of what comes; shows itself only when it takes longer than 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx("skeleton late block", className)} />;
}

export function TableSkeleton({ rows }: { rows: number }) {
  const t = useT();
  return (
    <div role="status">
      <span className="sr-only">{t("state.loading")}</span>
      <div aria-hidden="true" className="late divide-y divide-line">
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows without data have no other identity
          <div key={row} className="flex items-center gap-4 px-4 py-3">
            <Skeleton className="size-4 shrink-0 rounded-full" />
            <Skeleton className={cx("h-3", row % 3 === 0 ? "w-1/3" : row % 3 === 1 ? "w-1/2" : "w-2/5")} />
            <Skeleton className="ml-auto h-3 w-16" />
          </div>
        ))}
      </div>
    </div>
  );
}

export function CardSkeleton({ cards = 2 }: { cards?: number }) {
  const t = useT();
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{t("state.loading")}</span>
      {Array.from({ length: cards }, (_, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards without data have no other identity
        <div key={card} aria-hidden="true" className="late grid gap-3 rounded-lg border border-line bg-surface p-4">
          <div className="flex items-center gap-3">
            <Skeleton className="size-9 rounded-md" />
            <div className="grid flex-1 gap-2">
              <Skeleton className="h-3.5 w-40" />
              <Skeleton className="h-3 w-56" />
            </div>
          </div>
          <Skeleton className="h-3 w-4/5" />
        </div>
      ))}
    </div>
  );
}
