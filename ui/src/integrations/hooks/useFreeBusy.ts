import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { useWhileLive } from "@/api/stream";
import { addDays, dayIn, startOfDay, useNow, useZone } from "@/app/time";
import { integrationsApi as api } from "../api/integrationsApi";

/** Busy stretches and what they rest on. */
export function useFreeBusy(from: string, to: string) {
  return useQuery({
    queryKey: keys.freeBusy.range(from, to),
    queryFn: ({ signal }) => api.freeBusy(from, to, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: useWhileLive(60_000),
  });
}

const days = 7;

/** Today and the six days after it: the instants at which they begin, the end of the last one, and what is busy. */
export function useWeek() {
  const zone = useZone();
  const today = dayIn(useNow(), zone);
  const midnights = Array.from({ length: days + 1 }, (_, at) => startOfDay(addDays(today, at), zone));
  const [first = 0, last = 0] = [midnights[0], midnights[days]];
  return { midnights, answer: useFreeBusy(new Date(first).toISOString(), new Date(last).toISOString()) };
}
