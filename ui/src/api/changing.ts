import { hashKey, partialMatchKey, type QueryClient, type QueryKey } from "@tanstack/react-query";

type Changing = { running: Set<readonly QueryKey[]>; owed: Map<string, QueryKey> };

const changes = new WeakMap<QueryClient, Changing>();

function of(client: QueryClient): Changing {
  let known = changes.get(client);
  if (!known) {
    known = { running: new Set(), owed: new Map() };
    changes.set(client, known);
  }
  return known;
}

/** A change has begun that is shown in these queries before the server has made it. */
export function changeBegins(client: QueryClient, touched: readonly QueryKey[]) {
  of(client).running.add(touched);
}

/**
 * A change has ended. The queries are asked for again with the last change that runs: an answer of before would take
 * from the screen what others expect.
 */
export function changeEnds(client: QueryClient, touched: readonly QueryKey[], outdated: readonly QueryKey[]) {
  const { running, owed } = of(client);
  running.delete(touched);
  for (const key of outdated) owed.set(hashKey(key), key);
  if (running.size > 0) return;
  const keys = [...owed.values()];
  owed.clear();
  for (const queryKey of keys) void client.invalidateQueries({ queryKey });
}

/** Whether a query shows what the server has not made yet; it is asked for again when that has ended. */
export function isBeingChanged(client: QueryClient, queryKey: QueryKey): boolean {
  return [...of(client).running].some((touched) => touched.some((key) => partialMatchKey(queryKey, key)));
}
