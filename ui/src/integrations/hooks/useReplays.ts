import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { integrationsApi as api } from "../api/integrationsApi";
import type { ReplayStatus } from "../types";

function lastHours(hours: number): { from: string; to: string } {
  const now = Date.now();
  return { from: new Date(now - hours * 3_600_000).toISOString(), to: new Date(now).toISOString() };
}

/** How much a replay would send, and how long that would take. */
export function useEstimate(id: string, hours: number, status: ReplayStatus) {
  return useQuery({
    queryKey: keys.replayEstimate(id, { hours, status }),
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => api.estimateReplay(id, { ...lastHours(hours), status }, { signal }),
  });
}

export function useStartReplay(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ hours, status }: { hours: number; status: ReplayStatus }) =>
      api.replay(id, { ...lastHours(hours), status }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.deliveries.all }),
  });
}

const wholeQueue = 365 * 24;

/** Tries at once what waits for its retry, however old; nothing is sent twice. */
export function useRetryPending(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const { from, to } = lastHours(wholeQueue);
      // the server's clock may be ahead of this one
      return api.replay(id, { from, to: new Date(Date.parse(to) + 3_600_000).toISOString(), status: "pending" });
    },
    onSuccess: () =>
      Promise.all([keys.deliveries.all, keys.webhooks.all].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/**
 * One replay, or the newest that still runs. While it does it is asked for again, also while the page is held still: the
 * person has begun it and watches it.
 */
export function useReplay(id: string, started: string | undefined) {
  const list = useQuery({
    queryKey: keys.deliveries.replays(id),
    queryFn: ({ signal }) => api.replays(id, { signal }),
    refetchInterval: ({ state }) => (state.data?.some((each) => each.status === "running") ? 1_000 : false),
  });
  return { list, replay: list.data?.find((each) => (started ? each.id === started : each.status === "running")) };
}

export function useCancelReplay(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (replayId: string) => api.cancelReplay(id, replayId),
    onSettled: () => client.invalidateQueries({ queryKey: keys.deliveries.all }),
  });
}
