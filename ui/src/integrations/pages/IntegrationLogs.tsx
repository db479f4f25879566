import { hashKey, type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { address } from "@/api/client";
import { keys } from "@/api/keys";
import { useStream } from "@/api/stream";
import { useFailure } from "@/api/useFailure";
import {
  Boundary,
  Button,
  buttonLook,
  Card,
  CopyAsCurl,
  EmptyState,
  Icon,
  Later,
  LoadFailed,
  onDemand,
  PageHeader,
  TableSkeleton,
} from "@/components/core";
import { useT } from "@/i18n";
import type { LogFilter } from "../api/integrationsApi";
import { IntegrationLogsTable } from "../components/IntegrationLogsTable";
import { LogFilters } from "../components/LogFilters";
import { useLogs, useNewerLogs } from "../hooks/useLogs";
import type { LogsSearch } from "../search";
import type { LogEntry } from "../types";

const LogEntryPanel = onDemand(() => import("../components/LogEntryPanel").then((m) => m.LogEntryPanel));
const route = getRouteApi("/app/integrations/logs");
const path = "/api/v1/integrations/logs/";

export function IntegrationLogs() {
  const t = useT();
  const navigate = useNavigate();
  const { entry, ...filter } = route.useSearch();
  const filtered = Object.keys(filter).length > 0;

  const go = useCallback(
    (search: (was: LogsSearch) => LogsSearch, replace = false) =>
      void navigate({ to: "/integrations/logs", search, replace, resetScroll: false }),
    [navigate],
  );
  const change = useCallback((part: LogFilter) => go((was) => ({ ...was, ...part })), [go]);
  const open = useCallback((id: string) => go((was) => ({ ...was, entry: id })), [go]);
  const close = () => go(({ entry: _, ...rest }) => rest, true);

  return (
    <>
      <PageHeader
        title={t("logs.title")}
        lead={t("logs.lead")}
        actions={
          <>
            <CopyAsCurl call={{ path: address(path, undefined, filter) }} />
            <a
              className={buttonLook({})}
              href={address(`${path}export/`, undefined, { ...filter, format: "csv" })}
              download="linkspan-logs.csv"
            >
              <Icon name="download" /> CSV
            </a>
            <a
              className={buttonLook({})}
              href={address(`${path}export/`, undefined, { ...filter, format: "ndjson" })}
              download="linkspan-logs.ndjson"
            >
              <Icon name="download" /> NDJSON
            </a>
          </>
        }
      />
      <LogFilters filter={filter} onChange={change} onClear={() => go(() => ({}))} />
      <Boundary what={t("logs.title")} resetKey={JSON.stringify(filter)}>
        <List filter={filter} filtered={filtered} opened={entry} onOpen={open} onClear={() => go(() => ({}))} />
      </Boundary>
      <Later asked={entry} onClose={close}>
        {entry && (
          <LogEntryPanel
            key={entry}
            id={entry}
            onClose={close}
            onFilter={(part) => go(({ entry: _, ...rest }) => ({ ...rest, ...part }))}
          />
        )}
      </Later>
    </>
  );
}

type ListProps = {
  filter: LogFilter;
  filtered: boolean;
  opened?: string;
  onOpen: (id: string) => void;
  onClear: () => void;
};

function List({ filter, filtered, opened, onOpen, onClear }: ListProps) {
  const t = useT();
  const logs = useLogs(filter);
  const failure = useFailure(logs);
  const entries = useMemo(() => logs.data?.pages.flatMap((page) => page.results) ?? [], [logs.data]);
  const [atTop, setAtTop] = useState(true);
  const pane = useRef<HTMLDivElement>(null);
  const fetchNext = logs.fetchNextPage;
  const more = useCallback(() => void fetchNext(), [fetchNext]);
  const asked = hashKey([filter]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list, which is read from its top
  useEffect(() => toTop(pane), [asked]);

  if (failure) {
    return (
      <LoadFailed what={t("logs.title")} error={failure} onRetry={() => void logs.refetch()} busy={logs.isFetching} />
    );
  }
  if (!logs.data) {
    return (
      <Card>
        <TableSkeleton rows={10} />
      </Card>
    );
  }
  return (
    <div className={logs.isPlaceholderData ? "opacity-60 transition-opacity" : undefined}>
      <Newer
        filter={filter}
        newest={entries[0]?.id ?? ""}
        atTop={atTop}
        ready={!logs.isPlaceholderData}
        onLetIn={() => toTop(pane)}
      />
      {entries.length === 0 ? (
        <Card>
          <EmptyState
            title={t(filtered ? "logs.none_match" : "logs.none")}
            action={filtered && <Button onClick={onClear}>{t("logs.clear")}</Button>}
          >
            {t(filtered ? "logs.none_match_lead" : "logs.none_lead")}
          </EmptyState>
        </Card>
      ) : (
        <IntegrationLogsTable
          entries={entries}
          opened={opened}
          onOpen={onOpen}
          hasMore={logs.hasNextPage}
          loadingMore={logs.isFetchingNextPage}
          stuck={logs.isFetchNextPageError}
          onMore={more}
          onTop={setAtTop}
          pane={pane}
        />
      )}
      {logs.isFetchNextPageError && (
        <div className="sticky bottom-2 z-10 mt-2 rounded-lg bg-surface max-md:bottom-16">
          <LoadFailed what={t("logs.more")} error={logs.error} onRetry={more} busy={logs.isFetchingNextPage} />
        </div>
      )}
    </div>
  );
}

function toTop(pane: RefObject<HTMLElement | null>) {
  if (pane.current) pane.current.scrollTop = 0;
}

type NewerProps = { filter: LogFilter; newest: string; atTop: boolean; ready: boolean; onLetIn: () => void };

/** New entries come in by themselves at the top of the list; further down, or while it is held still, they wait. */
function Newer({ filter, newest, atTop, ready, onLetIn }: NewerProps) {
  const t = useT();
  const client = useQueryClient();
  const { paused } = useStream();
  const newer = useNewerLogs(filter, ready ? newest : undefined);
  const fresh = newer.data?.entries ?? [];
  const gap = newer.data?.gap ?? false;
  const waiting = fresh.length > 0;
  const byItself = waiting && atTop && !paused && !gap;

  const letIn = useCallback(() => {
    if (gap) {
      void client.resetQueries({ queryKey: keys.logs.list(filter) });
      return;
    }
    type Pages = InfiniteData<{ results: readonly LogEntry[]; next_cursor: string | null }>;
    client.setQueryData<Pages>(keys.logs.list(filter), (data) => {
      const [first, ...rest] = data?.pages ?? [];
      if (!data || !first) return data;
      const known = new Set(first.results.map((entry) => entry.id));
      const added = fresh.filter((entry) => !known.has(entry.id));
      return { ...data, pages: [{ ...first, results: [...added, ...first.results] }, ...rest] };
    });
  }, [client, filter, fresh, gap]);

  useEffect(() => {
    if (byItself) letIn();
  }, [byItself, letIn]);

  const shown = waiting && !byItself;
  return (
    <div role="status" className={shown ? "relative z-10 mb-2 flex justify-center" : "contents"}>
      {shown && (
        <Button
          size="sm"
          variant="primary"
          className="rise rounded-full"
          onClick={() => {
            letIn();
            onLetIn();
          }}
        >
          {t("logs.new", { count: fresh.length })}
        </Button>
      )}
    </div>
  );
}
