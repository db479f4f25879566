import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { integrationsApi as api } from "../api/integrationsApi";

/** Busy stretches and what they rest on. */
export function useFreeBusy(from: string, to: string) {
  return useQuery({
    queryKey: keys.freeBusy.range(from, to),
    queryFn: ({ signal }) => api.freeBusy(from, to, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}
