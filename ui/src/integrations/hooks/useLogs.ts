import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { useWhileLive } from "@/api/stream";
import { integrationsApi as api, type LogFilter } from "../api/integrationsApi";

const page = 100;
const recent = 8;

/** The newest entries, for the overview. */
export function useRecentLogs() {
  return useQuery({
    queryKey: keys.logs.recent,
    queryFn: ({ signal }) => api.logs({ limit: recent }, { signal }),
    refetchInterval: useWhileLive(60_000),
  });
}

/** The log as it was when it was opened, and further back; what is new is told by `useNewerLogs`. */
export function useLogs(filter: LogFilter) {
  return useInfiniteQuery({
    queryKey: keys.logs.list(filter),
    queryFn: ({ signal, pageParam }) => api.logs({ ...filter, cursor: pageParam, limit: page }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    maxPages: 200,
  });
}

/** Entries that came after the newest one shown; they are counted also while the page is held still, and not let in. */
export function useNewerLogs(filter: LogFilter, newest: string | undefined) {
  return useQuery({
    queryKey: keys.logs.newer(filter),
    queryFn: ({ signal }) => api.logs({ ...filter, limit: page }, { signal }),
    enabled: newest !== undefined,
    refetchInterval: 20_000,
    select: (answer) => {
      const at = answer.results.findIndex((entry) => entry.id === newest);
      // nothing that is known among them: there may be more in between, unless these are all there are
      return at < 0
        ? { entries: answer.results, gap: newest !== "" || answer.next_cursor !== null }
        : { entries: answer.results.slice(0, at), gap: false };
    },
  });
}

export function useLog(id: string | undefined) {
  return useQuery({
    queryKey: keys.logs.one(id ?? ""),
    queryFn: ({ signal }) => api.log(id ?? "", { signal }),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
