import { keepPreviousData, type QueryClient, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { useWhileLive } from "@/api/stream";
import { notify, useProblemText } from "@/components/core";
import { useT } from "@/i18n";
import { integrationsApi as api } from "../api/integrationsApi";
import type { Conflict, ConflictAction, ConflictList } from "../types";

export type ConflictFilter = { status: "open" | "dismissed" | "resolved"; from?: string; to?: string };

export function useConflicts(filter: ConflictFilter) {
  return useQuery({
    queryKey: keys.conflicts.list(filter),
    queryFn: ({ signal }) => api.conflicts(filter, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: useWhileLive(60_000),
  });
}

/** Every conflict of an answer, by start of its overlap. */
export function allConflicts(list: ConflictList): Conflict[] {
  return [...list.conflicts, ...list.overlaps].sort((a, b) => overlapOf(a).start - overlapOf(b).start);
}

/** The stretch of time that both things take, in milliseconds. */
export function overlapOf(conflict: Conflict): { start: number; end: number } {
  const starts = conflict.parties.map((party) => Date.parse(party.start));
  const ends = conflict.parties.map((party) => Date.parse(party.end));
  return { start: Math.max(...starts), end: Math.min(...ends) };
}

export function useConflict(id: string | undefined) {
  return useQuery({
    queryKey: keys.conflicts.one(id ?? ""),
    queryFn: ({ signal }) => api.conflict(id ?? "", { signal }),
    enabled: id !== undefined,
  });
}

/** What an action would do, before it is done. */
export function usePreview(id: string, action: ConflictAction | null) {
  return useQuery({
    queryKey: keys.conflicts.preview(id, action ?? ""),
    queryFn: () => api.resolve(id, action as ConflictAction, true),
    enabled: action !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

function without(list: ConflictList | undefined, ids: readonly string[]): ConflictList | undefined {
  if (!list?.conflicts) return list;
  const kept = (conflict: Conflict) => !ids.includes(conflict.id);
  return { ...list, conflicts: list.conflicts.filter(kept), overlaps: list.overlaps.filter(kept) };
}

function take(client: QueryClient, ids: readonly string[]) {
  client.setQueriesData<ConflictList>({ queryKey: keys.conflicts.lists }, (list) => without(list, ids));
}

/** Acts on one conflict: it leaves the list at once, and comes back when the server refuses. */
export function useResolve() {
  const t = useT();
  const undo = useOptimistic({
    scope: "conflicts",
    run: ({ id }: { id: string }) => api.resolve(id, "reopen"),
    touches: () => [keys.conflicts.lists],
    expect: () => {},
  });
  return useOptimistic({
    scope: "conflicts",
    run: ({ id, action }: { id: string; action: ConflictAction }) => api.resolve(id, action),
    touches: () => [keys.conflicts.lists],
    expect: (client, { id }) => take(client, [id]),
    refresh: ({ id }) => [keys.conflicts.one(id), keys.freeBusy.all],
    succeeded: (done, { id, action }) =>
      notify({
        tone: "well",
        title: t(`conflict.done.${action}`),
        detail: done.explanation,
        action:
          action === "dismiss" || action === "mark_free"
            ? { label: t("action.undo"), run: () => undo.mutate({ id }) }
            : undefined,
      }),
  });
}

/** As many as the contract takes in one call. */
const mostAtOnce = 200;

export type BulkJob = { action: ConflictAction; ids: readonly string[] };

/** How many of the chosen conflicts have been asked about; null while nothing runs. */
export type BulkProgress = { done: number; count: number } | null;

/** Acts on several at once, in as many calls as it takes; those that refuse come back, with the reason. */
export function useResolveAll() {
  const t = useT();
  const explain = useProblemText();
  const [progress, setProgress] = useState<BulkProgress>(null);
  const resolve = useOptimistic({
    scope: "conflicts",
    run: async (jobs: readonly BulkJob[]) => {
      const calls = jobs.flatMap(({ action, ids }) => chunksOf(ids, mostAtOnce).map((part) => ({ action, ids: part })));
      const count = calls.reduce((sum, { ids }) => sum + ids.length, 0);
      const result = { resolved: 0, failed: 0, reasons: new Set<string>(), requestId: "" };
      let done = 0;
      setProgress({ done, count });
      try {
        for (const { action, ids } of calls) {
          const { resolved, failed } = await api.resolveAll(ids, action);
          result.resolved += resolved.length;
          result.failed += failed.length;
          for (const { detail } of failed) result.reasons.add(detail);
          done += ids.length;
          setProgress({ done, count });
        }
      } catch (error) {
        // what was done stays done; the rest comes back with the list
        if (done === 0) throw error;
        const { what, why, requestId } = explain(error);
        result.failed += count - done;
        result.requestId = requestId;
        result.reasons.add([what, why].filter(Boolean).join(" "));
      } finally {
        setProgress(null);
      }
      return result;
    },
    touches: () => [keys.conflicts.lists],
    expect: (client, jobs) =>
      take(
        client,
        jobs.flatMap(({ ids }) => ids),
      ),
    refresh: () => [keys.conflicts.each, keys.freeBusy.all],
    succeeded: ({ resolved, failed, reasons, requestId }) => {
      if (resolved) notify({ tone: "well", title: t("conflict.bulk_done", { count: resolved }) });
      if (failed) {
        notify({
          tone: "bad",
          title: t("conflict.bulk_failed", { count: failed }),
          detail: [...reasons].join(" "),
          requestId: requestId || undefined,
        });
      }
    },
  });
  return { act: resolve.mutate, progress };
}

/** A list in parts of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
