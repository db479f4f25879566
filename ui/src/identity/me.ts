import { queryOptions, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import { keys } from "@/api/keys";
import { sessionBegan } from "@/api/session";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => {
    const me = await call("get", "/api/v1/users/me/", { signal });
    sessionBegan();
    return me;
  },
  staleTime: 5 * 60_000,
});

/** Who is signed in, as far as it is known; asks again when that changes, and for nothing on pages without a session. */
export function useMe() {
  return useQuery({ ...meQuery, enabled: (query) => query.state.data !== undefined });
}
