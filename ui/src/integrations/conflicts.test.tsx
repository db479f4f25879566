import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import { conflicts } from "@/test/world";
import { CalendarConflictsPanel } from "./components/CalendarConflictsPanel";
import { DayLanes, lanesOf } from "./components/DayLanes";
import { MarkedFree } from "./components/MarkedFree";
import { chunksOf, useResolveAll } from "./hooks/useConflicts";
import type { Conflict } from "./types";

const base = "*/api/v1/integrations/calendar";
const all = [...conflicts.conflicts, ...conflicts.overlaps];
const [covered, , meetings] = all as [Conflict, Conflict, Conflict];
const ids = Array.from({ length: 450 }, (_, at) => `0199e0a4-0000-7abc-8def-${String(at).padStart(12, "0")}`);

function Bulk() {
  const { act, progress } = useResolveAll();
  return (
    <>
      <button type="button" onClick={() => act([{ action: "dismiss", ids }])}>
        Go
      </button>
      <p>{progress ? `${progress.done} of ${progress.count}` : "idle"}</p>
    </>
  );
}

describe("a change of many conflicts", () => {
  it("is made in as many calls as the contract asks for", async () => {
    const sizes: number[] = [];
    server.use(
      http.post(`${base}/conflicts/resolve/`, async ({ request }) => {
        const body = (await request.json()) as { ids: string[] };
        sizes.push(body.ids.length);
        return HttpResponse.json({ resolved: body.ids.map((id) => ({ ...covered, id })), changes: [], failed: [] });
      }),
    );
    const { person } = await show(<Bulk />);
    await person.click(await screen.findByRole("button", { name: "Go" }));
    expect(await screen.findByText("Dismissed: 450 conflicts")).toBeInTheDocument();
    expect(sizes).toEqual([200, 200, 50]);
    expect(screen.getByText("idle")).toBeInTheDocument();
  });

  it("says how many are left when it is refused in the middle", async () => {
    let calls = 0;
    server.use(
      http.post(`${base}/conflicts/resolve/`, async ({ request }) => {
        const body = (await request.json()) as { ids: string[] };
        calls += 1;
        if (calls > 1) return refusal(503, "unavailable", "The database refuses connections.");
        return HttpResponse.json({ resolved: body.ids.map((id) => ({ ...covered, id })), changes: [], failed: [] });
      }),
    );
    const { person } = await show(<Bulk />);
    await person.click(await screen.findByRole("button", { name: "Go" }));
    expect(await screen.findByText("Dismissed: 200 conflicts")).toBeInTheDocument();
    expect(screen.getByText("250 conflicts could not be changed")).toBeInTheDocument();
    expect(screen.getByText(/The database refuses connections/)).toBeInTheDocument();
  });

  it("lists what would become free, does that and no more once it is confirmed, and takes it back", async () => {
    const asked: { ids: string[]; action: string; preview: boolean }[] = [];
    const change = {
      id: ids[0],
      type: "external_event",
      title: "Customer visit",
      calendar: "Work",
      before: [{ start: "2026-03-03T09:00:00Z", end: "2026-03-03T10:00:00Z" }],
      after: [],
    };
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json(conflicts)),
      http.post(`${base}/conflicts/resolve/`, async ({ request }) => {
        const body = (await request.json()) as (typeof asked)[0];
        asked.push(body);
        const possible = body.ids.slice(0, 2);
        return HttpResponse.json({
          preview: body.preview,
          resolved: possible.map((id) => ({ ...covered, id })),
          changes: [change],
          failed: body.ids.slice(2).map((id) => ({ id, code: "action_impossible", detail: "It is gone." })),
        });
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("checkbox", { name: "Select all" }));
    await person.click(screen.getByRole("button", { name: "Mark event as free (4)" }));
    const dialog = await screen.findByRole("dialog", { name: "Mark 1 event as free?" });
    expect(within(dialog).getByText("Customer visit")).toBeInTheDocument();
    expect(within(dialog).getByText("becomes free")).toBeInTheDocument();
    expect(within(dialog).getByText(/It is gone/)).toBeInTheDocument();
    expect(asked.map(({ preview }) => preview)).toEqual([true]);
    await person.click(within(dialog).getByRole("button", { name: "Mark 1 event as free" }));
    expect(await screen.findByText("Marked as free: 2 conflicts")).toBeInTheDocument();
    expect(asked[1]).toMatchObject({ action: "mark_free", preview: false, ids: asked[0]?.ids.slice(0, 2) });
    await person.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Reopened: 2 conflicts")).toBeInTheDocument();
    expect(asked[2]).toMatchObject({ action: "reopen", ids: asked[1]?.ids.toReversed() });
  });

  it("is cut without a rest or a loss", () => {
    expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunksOf([], 2)).toEqual([]);
  });
});

describe("a list of conflicts", () => {
  const listed = all.slice(0, 3).map((each) => ({
    ...each,
    status: "open" as const,
    recommendation: null,
    actions: ["dismiss" as const],
  }));

  it("keeps one's place when what was settled goes", async () => {
    let left: Conflict[] = listed;
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json({ ...conflicts, conflicts: [], overlaps: left })),
      http.post(`${base}/conflicts/:id/resolve/`, ({ params }) => {
        left = left.filter((each) => each.id !== params.id);
        return HttpResponse.json({ conflict: { ...covered, status: "dismissed" }, explanation: "", changes: [] });
      }),
    );
    const { person } = await show(
      <main>
        <CalendarConflictsPanel status="open" view="list" />
      </main>,
    );
    const first = (await screen.findAllByRole("button", { name: /^Dismiss:/ }))[0] as HTMLElement;
    const second = screen.getAllByRole("button", { name: /^Dismiss:/ })[1] as HTMLElement;
    await person.click(first);
    await waitFor(() => expect(first).not.toBeInTheDocument());
    await waitFor(() => expect(second).toHaveFocus());
  });

  it("does not say that nothing overlaps where no calendar is connected, or one could not be read", async () => {
    const none = { ...conflicts, conflicts: [], overlaps: [] };
    let coverage = { complete: true, calendars: [] as typeof conflicts.coverage.calendars };
    server.use(http.get(`${base}/conflicts/`, () => HttpResponse.json({ ...none, coverage })));
    const first = await show(<CalendarConflictsPanel status="open" view="list" />);
    expect(await screen.findByText(/No calendar that blocks your time is connected/)).toBeInTheDocument();
    expect(screen.queryByText("Nothing overlaps in the coming year.")).not.toBeInTheDocument();
    first.unmount();
    coverage = conflicts.coverage;
    await show(<CalendarConflictsPanel status="open" view="list" />);
    expect(await screen.findByText(/Private could not be read/)).toBeInTheDocument();
    expect(screen.queryByText("Nothing overlaps in the coming year.")).not.toBeInTheDocument();
  });

  it("has a place for what was marked as free, from which it is taken back", async () => {
    const event = {
      id: ids[0],
      title: "Customer visit",
      start: "2026-03-03T09:00:00Z",
      end: "2026-03-03T10:00:00Z",
      all_day: false,
      calendar: "Work",
      calendar_id: ids[1],
      integration_id: ids[2],
    };
    let marked = [event];
    server.use(
      http.get("*/api/v1/availability/marked-free/", () => HttpResponse.json({ results: marked, next_cursor: null })),
      http.post("*/api/v1/availability/marked-free/unmark/", async ({ request }) => {
        const body = (await request.json()) as { ids: string[] };
        marked = marked.filter(({ id }) => !body.ids.includes(id as string));
        return HttpResponse.json({ unmarked: body.ids, failed: [] });
      }),
    );
    const { person } = await show(<MarkedFree />);
    expect(await screen.findByText("Marked as free by you")).toBeInTheDocument();
    await person.click(screen.getByRole("button", { name: "Block again: Customer visit" }));
    expect(await screen.findByText("1 event blocks again")).toBeInTheDocument();
    expect(await screen.findByText("Nothing marked as free")).toBeInTheDocument();
  });

  it("offers nothing to select where nothing can be done", async () => {
    const resolved = listed.map((each) => ({ ...each, status: "resolved" as const, actions: [] }));
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json({ ...conflicts, conflicts: [], overlaps: resolved })),
    );
    await show(<CalendarConflictsPanel status="resolved" view="list" />);
    expect(await screen.findAllByRole("listitem")).not.toHaveLength(0);
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
  });
});

describe("the lanes of a day", () => {
  const inCalendar = (conflict: Conflict, calendar_id: string): Conflict => ({
    ...conflict,
    id: `${conflict.id}-${calendar_id}`,
    parties: conflict.parties.map((party) =>
      party.calendar_id ? { ...party, id: `${party.id}-${calendar_id}`, calendar_id } : party,
    ),
  });

  it("are one for each calendar, also where two have the same name", () => {
    const lanes = lanesOf([inCalendar(covered, "one"), inCalendar(covered, "two")], "By hand");
    expect(lanes.map((lane) => lane.name).sort()).toEqual(["By hand", "Work", "Work"]);
    expect(new Set(lanes.map((lane) => lane.key)).size).toBe(3);
  });

  it("show an overlap only where it happens", async () => {
    const { container } = await show(<DayLanes day="2026-03-03" conflicts={[covered, meetings]} />);
    await screen.findByText("Family");
    const lane = (name: string) => within(container).getByText(name).parentElement as HTMLElement;
    const overlaps = (name: string) =>
      [...lane(name).querySelectorAll<SVGElement>("[data-overlap]")].map((each) => each.dataset.overlap);
    expect(overlaps("Family")).toEqual([meetings.id]);
    expect(overlaps("Blocked by hand")).toEqual([covered.id]);
    expect(overlaps("Work")).toEqual([covered.id, meetings.id]);
  });
});
