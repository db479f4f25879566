import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { useWhileLive } from "@/api/stream";
import { notify, useProblemText } from "@/components/core";
import { useT } from "@/i18n";
import { integrationsApi as api } from "../api/integrationsApi";
import type { BlockChange, Conflict, ConflictAction, ConflictList, MarkedFreeEvent } from "../types";

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
    refresh: ({ id }) => [keys.conflicts.one(id), keys.conflicts.markedFree, keys.freeBusy.all],
  });
  return useOptimistic({
    scope: "conflicts",
    run: ({ id, action }: { id: string; action: ConflictAction }) => api.resolve(id, action),
    touches: () => [keys.conflicts.lists],
    expect: (client, { id }) => take(client, [id]),
    refresh: ({ id }) => [keys.conflicts.one(id), keys.conflicts.markedFree, keys.freeBusy.all],
    succeeded: (done, { id, action }) =>
      notify({
        tone: "well",
        title: t(`conflict.done.${action}`),
        detail: done.explanation,
        action: action === "reopen" ? undefined : { label: t("action.undo"), run: () => undo.mutate({ id }) },
      }),
  });
}

/** As many as the contract takes in one call. */
const mostAtOnce = 200;

export type BulkJob = { action: ConflictAction; ids: readonly string[] };

/** How many of the chosen conflicts have been asked about; null while nothing runs. */
export type BulkProgress = { done: number; count: number } | null;

/** The calls that several jobs take. */
function callsOf(jobs: readonly BulkJob[]) {
  return jobs.flatMap(({ action, ids }) => chunksOf(ids, mostAtOnce).map((part) => ({ action, ids: part })));
}

export type BulkPlan = { jobs: readonly BulkJob[]; changes: readonly BlockChange[]; refusals: readonly string[] };

/** What several jobs would do, from the server, before they are confirmed: only what can be done is left in them. */
export function useBulkPlan(jobs: readonly BulkJob[]) {
  return useQuery({
    queryKey: keys.conflicts.bulkPreview(jobs),
    queryFn: async (): Promise<BulkPlan> => {
      const possible: BulkJob[] = [];
      const changes = new Map<string, BlockChange>();
      const refusals: string[] = [];
      for (const { action, ids } of callsOf(jobs)) {
        const answer = await api.resolveAll(ids, action, true);
        possible.push({ action, ids: answer.resolved.map(({ id }) => id) });
        for (const change of answer.changes) {
          const earlier = changes.get(change.id);
          changes.set(change.id, earlier ? { ...change, before: earlier.before } : change);
        }
        refusals.push(...answer.failed.map(({ detail }) => detail));
      }
      return { jobs: possible.filter(({ ids }) => ids.length > 0), changes: [...changes.values()], refusals };
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** Acts on several at once, in as many calls as it takes; those that refuse come back, with the reason. */
export function useResolveAll() {
  const t = useT();
  const explain = useProblemText();
  const [progress, setProgress] = useState<BulkProgress>(null);
  const resolve = useOptimistic({
    scope: "conflicts",
    run: async (jobs: readonly BulkJob[]) => {
      const calls = callsOf(jobs);
      const count = calls.reduce((sum, { ids }) => sum + ids.length, 0);
      const result = { resolved: [] as string[], failed: 0, reasons: new Set<string>(), requestId: "" };
      let done = 0;
      setProgress({ done, count });
      try {
        for (const { action, ids } of calls) {
          const { resolved, failed } = await api.resolveAll(ids, action);
          result.resolved.push(...resolved.map(({ id }) => id));
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
    refresh: () => [keys.conflicts.each, keys.conflicts.markedFree, keys.freeBusy.all],
    succeeded: ({ resolved, failed, reasons, requestId }, jobs) => {
      const [first, ...others] = new Set(jobs.map(({ action }) => action));
      const action = first && others.length === 0 ? first : undefined;
      if (resolved.length) {
        notify({
          tone: "well",
          title: t("conflict.bulk_done", {
            what: t(action ? `conflict.done.${action}` : "conflict.done"),
            count: resolved.length,
          }),
          action:
            action === "reopen"
              ? undefined
              : // the last first, as one may build on another
                {
                  label: t("action.undo"),
                  run: () => resolve.mutate([{ action: "reopen", ids: resolved.toReversed() }]),
                },
        });
      }
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

/** Events that somebody marked as free, by start. */
export function useMarkedFree() {
  return useInfiniteQuery({
    queryKey: keys.conflicts.markedFree,
    queryFn: ({ signal, pageParam }) => api.markedFree(pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Lets events block again. */
export function useUnmarkFree() {
  const t = useT();
  return useOptimistic({
    scope: "conflicts",
    run: (events: readonly MarkedFreeEvent[]) => api.unmarkFree(events.map(({ id }) => id)),
    touches: () => [],
    expect: () => {},
    refresh: () => [keys.conflicts.markedFree, keys.conflicts.lists, keys.conflicts.each, keys.freeBusy.all],
    succeeded: ({ unmarked, failed }) => {
      if (unmarked.length) notify({ tone: "well", title: t("conflicts.marked.done", { count: unmarked.length }) });
      if (failed.length) notify({ tone: "bad", title: t("conflicts.marked.failed", { count: failed.length }) });
    },
  });
}

/** A list in parts of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
