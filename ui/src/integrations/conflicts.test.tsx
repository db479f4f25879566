import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import { conflicts } from "@/test/world";
import { CalendarConflictsPanel } from "./components/CalendarConflictsPanel";
import { DayLanes, lanesOf } from "./components/DayLanes";
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
        return HttpResponse.json({ resolved: body.ids.map((id) => ({ ...covered, id })), failed: [] });
      }),
    );
    const { person } = await show(<Bulk />);
    await person.click(await screen.findByRole("button", { name: "Go" }));
    expect(await screen.findByText("450 conflicts settled")).toBeInTheDocument();
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
        return HttpResponse.json({ resolved: body.ids.map((id) => ({ ...covered, id })), failed: [] });
      }),
    );
    const { person } = await show(<Bulk />);
    await person.click(await screen.findByRole("button", { name: "Go" }));
    expect(await screen.findByText("200 conflicts settled")).toBeInTheDocument();
    expect(screen.getByText("250 conflicts could not be settled")).toBeInTheDocument();
    expect(screen.getByText(/The database refuses connections/)).toBeInTheDocument();
  });

  it("names the blocks that would be deleted, and deletes none before they are confirmed", async () => {
    const asked: { ids: string[]; action: string }[] = [];
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json(conflicts)),
      http.post(`${base}/conflicts/resolve/`, async ({ request }) => {
        asked.push((await request.json()) as (typeof asked)[0]);
        return HttpResponse.json({ resolved: [], failed: [] });
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("checkbox", { name: "Select all" }));
    await person.click(screen.getByRole("button", { name: "Delete the block (3)" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete 3 blocks?" });
    expect(within(dialog).getByText("Lunch")).toBeInTheDocument();
    expect(within(dialog).getAllByText("Focus time")).toHaveLength(2);
    expect(asked).toEqual([]);
    await person.click(within(dialog).getByRole("button", { name: "Delete 3 blocks" }));
    expect(asked).toMatchObject([{ action: "delete_block" }]);
    expect(asked[0]?.ids).toHaveLength(3);
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
