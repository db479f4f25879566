import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeBegins, changeEnds } from "./changing";
import { keys } from "./keys";
import { affected, pauseStream, receive, startStream } from "./stream";

const id = "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d";

describe("a change", () => {
  it("of an integration touches that one, its calendars and the list, not another", () => {
    const touched = affected({ kind: "calendar_integration", id });
    expect(touched).toContainEqual(keys.integrations.list);
    expect(touched).toContainEqual(keys.integrations.one(id));
    expect(touched).toContainEqual(keys.calendars.of(id));
    expect(touched).not.toContainEqual(keys.integrations.all);
    expect(touched).not.toContainEqual(keys.calendars.all);
  });

  it("of a sync touches the states of calendars and what rests on them", () => {
    expect(affected({ kind: "sync", id })).toEqual([keys.syncs.all, keys.calendars.all, keys.freeBusy.all]);
  });

  it("of blocked times touches what is said about busy time only", () => {
    expect(affected({ kind: "blocked_times", id: null })).toEqual([keys.freeBusy.all, keys.conflicts.markedFree]);
  });

  it("of one conflict leaves the details of others alone", () => {
    expect(affected({ kind: "conflict", id })).toEqual([keys.conflicts.lists, keys.conflicts.one(id)]);
  });

  it("of a log entry does not throw away the pages that are being read", () => {
    expect(affected({ kind: "log", id })).not.toContainEqual(keys.logs.all);
  });

  it("reset touches everything", () => {
    expect(affected({ kind: "reset", id: null })).toEqual([[]]);
  });

  it("of a replayed delivery does not count an estimate anew", () => {
    const [key] = affected({ kind: "deliveries", id: null });
    expect(keys.replayEstimate(id, {})[0]).not.toBe(key?.[0]);
  });
});

/** As browsers have it, told by the test what its connection does. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static made: Source[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    Source.made.push(this);
  }

  close() {
    this.readyState = Source.CLOSED;
  }

  opens() {
    this.readyState = 1;
    this.onopen?.();
  }

  /** Ends; the browser connects again by itself unless the answer was no stream. */
  fails(readyState: 0 | 2) {
    this.readyState = readyState;
    this.onerror?.();
  }
}

describe("the stream", () => {
  let client: QueryClient;
  let stop: () => void;

  /** A query on the screen; answers are given by hand. */
  function shown(queryKey: readonly unknown[]) {
    const asked: ((value: string) => void)[] = [];
    const observer = new QueryObserver(client, {
      queryKey,
      queryFn: () => new Promise<string>((resolve) => asked.push(resolve)),
      staleTime: Number.POSITIVE_INFINITY,
      initialData: "first",
    });
    observer.subscribe(() => {});
    return { asked, now: () => client.getQueryData(queryKey) };
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Source);
    Source.made = [];
    client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    stop = startStream(client);
  });

  afterEach(() => {
    stop();
    client.clear();
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("lets the browser connect again, which says how far it had come, and asks for nothing by itself", async () => {
    const list = shown(keys.integrations.list);
    Source.made[0]?.opens();
    Source.made[0]?.fails(0);
    await vi.advanceTimersByTimeAsync(60_000);
    Source.made[0]?.opens();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Source.made).toHaveLength(1);
    expect(list.asked).toHaveLength(0);
  });

  it("asks for what changed since the page began, and for everything once that is long ago", async () => {
    const monotonic = vi.spyOn(performance, "now").mockReturnValue(1_200);
    const wall = vi.spyOn(Date, "now").mockReturnValue(performance.timeOrigin + 1_200);
    Source.made[0]?.fails(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Source.made[1]?.url).toBe("/api/v1/stream/?since_seconds=2");
    monotonic.mockReturnValue(300_001);
    Source.made[1]?.fails(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(Source.made[2]?.url).toBe("/api/v1/stream/");
    // a computer that slept
    monotonic.mockReturnValue(1_200);
    wall.mockReturnValue(performance.timeOrigin + 3_600_000);
    Source.made[2]?.fails(2);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(Source.made[3]?.url).toBe("/api/v1/stream/");
  });

  it("finds out whether the session has ended when it is refused", async () => {
    const asked = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response("{}"));
    Source.made[0]?.fails(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveBeenCalledWith("/api/v1/users/me/", expect.anything());
  });

  it("does not come back with an old address where it has never been open", async () => {
    Source.made[0]?.fails(0);
    expect(Source.made[0]?.readyState).toBe(Source.CLOSED);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Source.made).toHaveLength(2);
  });

  it("is opened anew after an answer that is no stream", async () => {
    Source.made[0]?.fails(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Source.made).toHaveLength(2);
  });

  it("asks for everything when the server says so, but keeps the pages of the log that are being read", async () => {
    const list = shown(keys.integrations.list);
    const pages = shown(keys.logs.list({}));
    const newer = shown(keys.logs.newer({}));
    receive({ kind: "reset", id: null });
    await vi.advanceTimersByTimeAsync(300);
    expect([list.asked.length, pages.asked.length, newer.asked.length]).toEqual([1, 0, 1]);
  });

  it("lets an answer come that is on its way, and asks once more after it", async () => {
    const list = shown(keys.freeBusy.all);
    for (let hint = 0; hint < 8; hint++) {
      receive({ kind: "blocked_times", id: null });
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(list.asked).toHaveLength(1);
    list.asked[0]?.("second");
    await vi.advanceTimersByTimeAsync(300);
    expect(list.now()).toBe("second");
    expect(list.asked).toHaveLength(2);
  });

  it("does not take from the screen what a change expects, and asks when that has ended", async () => {
    const list = shown(keys.webhooks.list);
    const touched = [keys.webhooks.list];
    changeBegins(client, touched);
    receive({ kind: "webhook", id });
    await vi.advanceTimersByTimeAsync(300);
    expect(list.asked).toHaveLength(0);
    changeEnds(client, touched, touched);
    expect(list.asked).toHaveLength(1);
  });

  it("keeps what it hears while it is paused", async () => {
    const list = shown(keys.freeBusy.all);
    pauseStream(true);
    receive({ kind: "blocked_times", id: null });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(list.asked).toHaveLength(0);
    pauseStream(false);
    expect(list.asked).toHaveLength(1);
  });
});
