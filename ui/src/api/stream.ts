import { hashKey, partialMatchKey, type Query, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { ChangeEvent } from "@/types";
import { isBeingChanged } from "./changing";
import { call } from "./client";
import { keys } from "./keys";
import { useSession } from "./session";

/** What the stream is doing: `live` and `paused` are told apart from a connection that is down. */
export type StreamState = { connection: "connecting" | "live" | "down"; paused: boolean; waiting: number };

/**
 * The queries that a change makes out of date, and no others. A hint about a calendar or a sync run
 * does not say whose it is, so that those lists are asked for again, as far as they are on the screen.
 */
export function affected(change: Pick<ChangeEvent, "kind" | "id">): QueryKey[] {
  switch (change.kind) {
    case "reset":
      return [[]];
    case "user":
      return [keys.me];
    case "calendar_integration":
      return [
        keys.integrations.list,
        ...(change.id
          ? [keys.integrations.one(change.id), keys.integrations.impact(change.id), keys.calendars.of(change.id)]
          : [keys.integrations.all, keys.calendars.all]),
      ];
    case "calendar":
      return [keys.calendars.all, keys.freeBusy.all];
    case "sync":
      // a sync that found nothing new still makes what it read up to date
      return [keys.syncs.all, keys.calendars.all, keys.freeBusy.all];
    case "blocked_times":
      return [keys.freeBusy.all, keys.conflicts.markedFree];
    case "conflict":
      return [keys.conflicts.lists, change.id ? keys.conflicts.one(change.id) : keys.conflicts.each];
    case "webhook":
      return [keys.webhooks.list, change.id ? keys.webhooks.one(change.id) : keys.webhooks.each];
    case "deliveries":
      // how a webhook fares is counted from its deliveries
      return [keys.deliveries.all, keys.webhooks.list, keys.webhooks.each];
    case "log":
      return [keys.logs.recent, keys.logs.newerThanShown];
    default:
      return [];
  }
}

const settle = 250;
const retryFirst = 1_000;
const retryMost = 30_000;

let state: StreamState = { connection: "connecting", paused: false, waiting: 0 };
const listeners = new Set<() => void>();
let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let pending: QueryKey[] = [];
let flushing: ReturnType<typeof setTimeout> | undefined;
let client: QueryClient | undefined;

function set(change: Partial<StreamState>) {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function flush() {
  flushing = undefined;
  if (state.paused || !client) return;
  const unique = new Map(pending.map((key) => [hashKey(key), key]));
  pending = [];
  if (state.waiting) set({ waiting: 0 });
  for (const queryKey of unique.values()) refresh(client, queryKey);
}

function refresh(queries: QueryClient, queryKey: QueryKey) {
  const predicate = ({ queryKey: key }: Query) =>
    // pages of the log that are being read stay; what is new is counted
    !partialMatchKey(key, keys.logs.lists) && !isBeingChanged(queries, key);
  // an answer on its way may be older than the change; were it cancelled, a list that keeps changing would never come
  const late = queries.getQueryCache().findAll({ queryKey, predicate, type: "active", fetchStatus: "fetching" });
  const done = queries.invalidateQueries({ queryKey, predicate }, { cancelRefetch: false });
  if (late.length > 0) void done.then(() => ask(late.map((query) => query.queryKey)));
}

function ask(queryKeys: readonly QueryKey[]) {
  pending.push(...queryKeys);
  if (!state.paused) flushing ??= setTimeout(flush, settle);
}

/** Takes one change in; many within a quarter of a second are one refresh. */
export function receive(change: Pick<ChangeEvent, "kind" | "id">) {
  ask(affected(change));
  if (state.paused) set({ waiting: state.waiting + 1 });
}

const longest = 300;

/** Nothing that is shown was read before the page began: what changed since then is asked for, not everything. */
function streamAddress(): string {
  // the one clock stands still while the computer sleeps, the other can be set back
  const age = Math.max(performance.now(), Date.now() - performance.timeOrigin);
  const seconds = Math.ceil(age / 1000);
  return seconds <= longest ? `/api/v1/stream/?since_seconds=${seconds}` : "/api/v1/stream/";
}

/** Opens the stream and keeps it open; calling the answer closes it. */
export function startStream(queryClient: QueryClient): () => void {
  client = queryClient;
  let refusals = 0;
  const open = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(streamAddress());
    let opened = false;
    source.onopen = () => {
      opened = true;
      refusals = 0;
      set({ connection: "live" });
    };
    source.addEventListener("change", (event) => {
      receive(JSON.parse((event as MessageEvent<string>).data) as ChangeEvent);
    });
    source.onerror = () => {
      set({ connection: "down" });
      // the browser connects again by itself and says how far it had come, so that the server sends what was missed or
      // a reset; only an answer that is no stream ends that. What has never been open has come nowhere: its address is old
      if (opened && source?.readyState !== EventSource.CLOSED) return;
      source?.close();
      // the browser does not tell why; a session that has ended says so here
      void call("get", "/api/v1/users/me/").catch(() => {});
      retry = setTimeout(open, Math.min(retryFirst * 2 ** refusals, retryMost));
      refusals += 1;
    };
  };
  const back = () => {
    if (source?.readyState === EventSource.CLOSED) open();
  };
  if (typeof EventSource !== "undefined") open();
  window.addEventListener("online", back);
  return () => {
    clearTimeout(retry);
    clearTimeout(flushing);
    flushing = undefined;
    source?.close();
    source = undefined;
    window.removeEventListener("online", back);
    set({ connection: "connecting", waiting: 0 });
    pending = [];
  };
}

/** Holds the page still, or lets it follow again. */
export function pauseStream(paused: boolean) {
  set({ paused });
  if (!paused) flush();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useStream(): StreamState {
  return useSyncExternalStore(subscribe, () => state);
}

export function isPaused(): boolean {
  return state.paused;
}

/** How often to ask again by itself: what the stream may have missed, unless the page is held still or nobody is signed in. */
export function useWhileLive(interval: number): number | false {
  const { ended } = useSession();
  return useSyncExternalStore(subscribe, isPaused) || ended ? false : interval;
}
