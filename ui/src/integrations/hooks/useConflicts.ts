import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { useWhileLive } from "@/api/stream";
import { notify } from "@/components/core";
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

/** Acts on one conflict: it leaves the list at once, and comes back when the server refuses. */
export function useResolve() {
  const t = useT();
  const undo = useOptimistic({
    run: ({ id }: { id: string }) => api.resolve(id, "reopen"),
    touches: () => [["conflicts", "list"]],
    expect: () => {},
  });
  return useOptimistic({
    run: ({ id, action }: { id: string; action: ConflictAction }) => api.resolve(id, action),
    touches: () => [["conflicts", "list"]],
    expect: (client, { id }) =>
      client.setQueriesData<ConflictList>({ queryKey: ["conflicts", "list"] }, (list) => without(list, [id])),
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

/** Acts on several at once; those that refuse come back, with the reason. */
export function useResolveAll() {
  const t = useT();
  return useOptimistic({
    run: ({ ids, action }: { ids: readonly string[]; action: ConflictAction }) => api.resolveAll(ids, action),
    touches: () => [["conflicts", "list"]],
    expect: (client, { ids }) =>
      client.setQueriesData<ConflictList>({ queryKey: ["conflicts", "list"] }, (list) => without(list, ids)),
    refresh: () => [["conflicts", "one"], keys.freeBusy.all],
    succeeded: ({ resolved, failed }) => {
      if (resolved.length) notify({ tone: "well", title: t("conflict.bulk_done", { count: resolved.length }) });
      if (failed.length) {
        notify({
          tone: "bad",
          title: t("conflict.bulk_failed", { count: failed.length }),
          detail: [...new Set(failed.map((each) => each.detail))].join(" "),
        });
      }
    },
  });
}
