import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { ChangeEvent } from "@/types";
import { keys } from "./keys";

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
          ? [keys.integrations.one(change.id), keys.integrations.impact(change.id)]
          : [keys.integrations.all]),
      ];
    case "calendar":
      return [keys.calendars.all, keys.freeBusy.all];
    case "sync":
      return [keys.syncs.all];
    case "blocked_times":
      return [keys.freeBusy.all];
    case "conflict":
      return [["conflicts", "list"], ...(change.id ? [keys.conflicts.one(change.id)] : [["conflicts", "one"]])];
    case "webhook":
      return [keys.webhooks.list, ...(change.id ? [keys.webhooks.one(change.id)] : [["webhooks", "one"]])];
    case "deliveries":
      // how a webhook fares is counted from its deliveries
      return [keys.deliveries.all, keys.webhooks.list, ["webhooks", "one"]];
    case "log":
      return [keys.logs.recent, ["logs", "newer"]];
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
let attempts = 0;
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
  const unique = new Map(pending.map((key) => [JSON.stringify(key), key]));
  pending = [];
  if (state.waiting) set({ waiting: 0 });
  for (const queryKey of unique.values()) void client.invalidateQueries({ queryKey });
}

/** Takes one change in; many within a quarter of a second are one refresh. */
export function receive(change: ChangeEvent) {
  pending.push(...affected(change));
  if (state.paused) set({ waiting: state.waiting + 1 });
  else flushing ??= setTimeout(flush, settle);
}

/** Opens the stream and keeps it open; calling the answer closes it. */
export function startStream(queryClient: QueryClient): () => void {
  client = queryClient;
  const open = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource("/api/v1/stream/");
    source.onopen = () => {
      // what happened while it was down was told to nobody
      if (attempts > 0) receive({ kind: "reset", id: null, change: "updated", at: new Date().toISOString() });
      attempts = 0;
      set({ connection: "live" });
    };
    source.addEventListener("change", (event) => {
      receive(JSON.parse((event as MessageEvent<string>).data) as ChangeEvent);
    });
    source.onerror = () => {
      set({ connection: "down" });
      source?.close();
      attempts += 1;
      retry = setTimeout(open, Math.min(retryFirst * 2 ** (attempts - 1), retryMost));
    };
  };
  const back = () => {
    attempts = Math.max(attempts, 1);
    open();
  };
  if (typeof EventSource !== "undefined") open();
  window.addEventListener("online", back);
  return () => {
    clearTimeout(retry);
    clearTimeout(flushing);
    flushing = undefined;
    source?.close();
    window.removeEventListener("online", back);
    set({ connection: "connecting", waiting: 0 });
    pending = [];
    attempts = 0;
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

/** How often to ask again by itself: what the stream may have missed, unless the page is held still. */
export function useWhileLive(interval: number): number | false {
  return useSyncExternalStore(subscribe, isPaused) ? false : interval;
}
