import {
  type CellContext,
  createColumnHelper,
  FlexRender,
  type Row,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { createContext, memo, type RefObject, use, useCallback, useEffect, useMemo, useState } from "react";
import { useClock } from "@/app/time";
import { cx, Icon } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import type { LogEntry } from "../types";

const features = tableFeatures({});
/** Formats a row's time: one clock for all rows, as each would ask who is signed in. */
const Stamp = createContext((at: string) => at);
const columns = createColumnHelper<typeof features, LogEntry>();
const rowHeight = 40;
const phoneRowHeight = 62;
const near = 20;

type Props = {
  entries: readonly LogEntry[];
  opened?: string;
  onOpen: (id: string) => void;
  hasMore: boolean;
  loadingMore: boolean;
  /** The next page could not be loaded: it is not asked for again by itself. */
  stuck: boolean;
  onMore: () => void;
  onTop: (atTop: boolean) => void;
  /** What scrolls. */
  pane: RefObject<HTMLDivElement | null>;
};

/** Any number of entries: only those in sight exist. Arrow keys move, Enter opens. */
export function IntegrationLogsTable(props: Props) {
  const { entries, opened, onOpen, hasMore, loadingMore, stuck, onMore, onTop, pane } = props;
  const t = useT();
  const clock = useClock();
  const { timeZone } = clock;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock is new each time, its zone is what matters
  const stamp = useCallback((at: string) => clock.stamp(at), [timeZone, t]);
  const [phone] = useState(() => window.matchMedia?.("(max-width: 47.99rem)").matches ?? false);
  const table = useTable({
    features,
    data: entries,
    getRowId: (entry) => entry.id,
    columns: useMemo(
      () =>
        columns.columns([
          columns.accessor("created_at", { header: () => t("logs.time"), cell: TimeCell }),
          columns.accessor("log_type", { header: () => t("logs.type"), cell: TypeCell }),
          columns.accessor("message", { header: () => t("logs.message"), cell: MessageCell }),
        ]),
      [t],
    ),
  });
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => pane.current,
    // stable, as another function has every row measured again
    estimateSize: useCallback(() => (phone ? phoneRowHeight : rowHeight), [phone]),
    overscan: 5,
    getItemKey: useCallback((at: number) => rows[at]?.id ?? at, [rows]),
  });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  // a list that is drawn anew begins at its top
  useEffect(() => onTop(true), [onTop]);
  useEffect(() => {
    if (hasMore && !loadingMore && !stuck && last >= rows.length - near) onMore();
  }, [hasMore, loadingMore, stuck, last, rows.length, onMore]);

  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const from = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (!step || !from) return;
    event.preventDefault();
    const to = Math.min(Math.max(Number(from.dataset.at) + step, 0), rows.length - 1);
    virtual.scrollToIndex(to, { align: "auto" });
    requestAnimationFrame(() =>
      pane.current?.querySelector<HTMLElement>(`[data-at="${to}"] button`)?.focus({ preventScroll: true }),
    );
  };

  return (
    <div
      role="table"
      aria-label={t("logs.title")}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-busy={loadingMore}
      className="overflow-hidden rounded-lg border border-line bg-surface"
    >
      {table.getHeaderGroups().map((group) => (
        <div
          key={group.id}
          role="row"
          aria-rowindex={1}
          tabIndex={-1}
          className={cx(grid, "h-8 items-center border-b border-line bg-canvas text-sm text-ink-3 max-md:sr-only")}
        >
          {group.headers.map((header) => (
            <div key={header.id} role="columnheader" tabIndex={-1}>
              <table.FlexRender header={header} />
            </div>
          ))}
        </div>
      ))}
      <div
        ref={pane}
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t("logs.scroll")}
        onScroll={(event) => onTop(event.currentTarget.scrollTop < rowHeight)}
        onKeyDown={move}
        className="h-[calc(100dvh-21rem)] min-h-72 overflow-y-auto overscroll-contain outline-offset-[-2px] max-md:h-[calc(100dvh-15rem)]"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          <Stamp value={stamp}>
            {visible.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <LogRow
                  key={item.key}
                  row={row}
                  at={item.index}
                  start={item.start}
                  height={item.size}
                  opened={row.id === opened}
                  onOpen={onOpen}
                />
              );
            })}
          </Stamp>
        </div>
      </div>
    </div>
  );
}

type RowProps = {
  row: Row<typeof features, LogEntry>;
  at: number;
  start: number;
  height: number;
  opened: boolean;
  onOpen: (id: string) => void;
};

/** While one scrolls, every frame draws the list again: a row that stays is not drawn with it. */
const LogRow = memo(function LogRow({ row, at, start, height, opened, onOpen }: RowProps) {
  return (
    <div
      role="row"
      tabIndex={-1}
      data-at={at}
      aria-rowindex={at + 2}
      style={{ transform: `translateY(${start}px)`, height }}
      className={cx(
        grid,
        "absolute inset-x-0 top-0 items-center border-b border-line [contain:layout_style_paint] hover:bg-canvas has-focus-visible:bg-canvas",
        opened && "bg-accent-soft hover:bg-accent-soft",
      )}
    >
      {row.getAllCells().map((cell) => (
        <div
          key={cell.id}
          role="cell"
          className={cx("min-w-0", cell.column.id === "message" && "max-md:order-first max-md:col-span-2")}
        >
          {cell.column.id === "message" ? (
            <button
              type="button"
              className="block w-full truncate text-left outline-offset-[-2px] before:absolute before:inset-0 before:content-['']"
              onClick={() => onOpen(row.id)}
            >
              <FlexRender cell={cell} />
            </button>
          ) : (
            <FlexRender cell={cell} />
          )}
        </div>
      ))}
    </div>
  );
});

const grid =
  "grid gap-x-4 px-4 md:grid-cols-[10.5rem_12rem_minmax(0,1fr)] max-md:grid-cols-[auto_minmax(0,1fr)] max-md:content-center";

type Cell<Value> = CellContext<typeof features, LogEntry, Value>;

function TimeCell({ getValue }: Cell<string>) {
  const stamp = use(Stamp);
  const at = getValue();
  return (
    <time dateTime={at} className="text-sm whitespace-nowrap text-ink-3">
      {stamp(at)}
    </time>
  );
}

function TypeCell({ row }: Cell<LogEntry["log_type"]>) {
  const t = useT();
  const { log_type, success } = row.original;
  return (
    <span
      className={cx(
        "flex items-center gap-1.5 text-sm max-md:justify-end",
        success ? "text-ink-2" : "font-medium text-bad",
      )}
    >
      <Icon name={success ? "ok" : "bad"} size={13} />
      <span className="truncate">{t(`log_type.${log_type}`)}</span>
      {!success && <span className="sr-only">{t("logs.failed")}</span>}
    </span>
  );
}

function MessageCell({ getValue }: Cell<string>) {
  const lang = useServerLang();
  return <span lang={lang}>{getValue()}</span>;
}
