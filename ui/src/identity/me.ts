import { queryOptions, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import { keys } from "@/api/keys";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => call("get", "/api/v1/users/me/", { signal }),
  staleTime: 5 * 60_000,
});

/** Who is signed in, as far as it is known; asks again when that changes, and for nothing on pages without a session. */
export function useMe() {
  return useQuery({ ...meQuery, enabled: (query) => query.state.data !== undefined });
}
