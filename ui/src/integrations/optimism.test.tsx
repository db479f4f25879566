import { screen, waitFor, within } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { ApiKeys } from "@/identity/components/ApiKeys";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import * as world from "@/test/world";
import { CalendarChoices } from "./components/CalendarChoices";
import "./components/BulkConfirmation";
import { CalendarConflictsPanel } from "./components/CalendarConflictsPanel";
import { CalendarIntegrationCard } from "./components/CalendarIntegrationCard";
import { useCalendarIntegrations, useCalendars } from "./hooks/useCalendarIntegrations";

const base = "*/api/v1/integrations/calendar";
const [first] = world.integrations as [(typeof world.integrations)[0]];
const patience = 300;

function FirstCard() {
  const list = useCalendarIntegrations();
  return list.data?.[0] ? <CalendarIntegrationCard integration={list.data[0]} /> : null;
}

function Choices() {
  const list = useCalendars(first.id);
  return (
    <ul>
      {list.data?.map((each) => (
        <CalendarChoices key={each.id} integrationId={first.id} calendar={each} />
      ))}
    </ul>
  );
}

describe("a switch", () => {
  it("turns at once and keeps what the server made of it", async () => {
    let active = true;
    server.use(
      http.get(`${base}/`, () =>
        HttpResponse.json([{ ...first, is_active: active, status: active ? "connected" : "disabled" }]),
      ),
      http.patch(`${base}/:id/`, async ({ request }) => {
        const body = (await request.json()) as { is_active: boolean };
        await delay(patience);
        active = body.is_active;
        return HttpResponse.json({ ...first, is_active: active, status: "disabled" });
      }),
    );
    const { person } = await show(<FirstCard />);
    const control = await screen.findByRole("switch", { name: "Active" });
    await person.click(control);
    expect(control).not.toBeChecked();
    expect(screen.getByText("Connected")).toBeInTheDocument();
    expect(await screen.findByText("Switched off")).toBeInTheDocument();
    expect(control).not.toBeChecked();
  });

  it("turns back when the server refuses, and says why", async () => {
    server.use(
      http.get(`${base}/`, () => HttpResponse.json([first])),
      http.patch(`${base}/:id/`, async () => {
        await delay(patience);
        return refusal(503, "unavailable", "The database refuses connections.", { fix: "Try again in a minute." });
      }),
    );
    const { person } = await show(<FirstCard />);
    const control = await screen.findByRole("switch", { name: "Sync" });
    await person.click(control);
    expect(control).not.toBeChecked();
    await waitFor(() => expect(control).toBeChecked());
    const messages = screen.getByRole("region", { name: "Messages" });
    expect(within(messages).getByText("Not changed: The server cannot reach its database.")).toBeInTheDocument();
    expect(within(messages).getByText("The database refuses connections. Try again in a minute.")).toBeInTheDocument();
    expect(within(messages).getByText("0199e0a4-7000-7d00-8000-5f2c1b3a4d5e")).toBeInTheDocument();
  });
});

describe("changes of one account at the same time", () => {
  it("are sent in their order, and one that is refused takes only its own field back", async () => {
    let kept = { ...first };
    const sent: object[] = [];
    let running = 0;
    let answer = () => {};
    const bothClicked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.get(`${base}/`, () => HttpResponse.json([kept])),
      http.patch(`${base}/:id/`, async ({ request }) => {
        running += 1;
        expect(running).toBe(1);
        const body = (await request.json()) as { is_active?: boolean; sync_enabled?: boolean };
        sent.push(body);
        await bothClicked;
        running -= 1;
        if (body.sync_enabled !== undefined) return refusal(503, "unavailable", "The database refuses connections.");
        kept = { ...kept, ...body };
        return HttpResponse.json(kept);
      }),
    );
    const { person } = await show(<FirstCard />);
    const sync = await screen.findByRole("switch", { name: "Sync" });
    const active = screen.getByRole("switch", { name: "Active" });
    await person.click(sync);
    await person.click(active);
    expect(sync).not.toBeChecked();
    expect(active).not.toBeChecked();
    answer();
    await waitFor(() => expect(sync).toBeChecked());
    expect(active).not.toBeChecked();
    await waitFor(() => expect(sent).toEqual([{ sync_enabled: false }, { is_active: false }]));
    await waitFor(() => expect(running).toBe(0));
    expect(active).not.toBeChecked();
    expect(sync).toBeChecked();
  });

  it("do not let an answer to the first hide the second", async () => {
    let kept = { ...first };
    server.use(
      http.get(`${base}/`, () => HttpResponse.json([kept])),
      http.patch(`${base}/:id/`, async ({ request }) => {
        const body = (await request.json()) as object;
        await delay(patience);
        kept = { ...kept, ...body };
        return HttpResponse.json(kept);
      }),
    );
    const { person, client } = await show(<FirstCard />);
    const active = await screen.findByRole("switch", { name: "Active" });
    const seen: boolean[] = [];
    await person.click(screen.getByRole("switch", { name: "Sync" }));
    await person.click(active);
    client.getQueryCache().subscribe(() => {
      const [known] = client.getQueryData<(typeof world.integrations)[0][]>(["integrations", "list"]) ?? [];
      if (known) seen.push(known.is_active);
    });
    await waitFor(() => expect(kept).toMatchObject({ is_active: false, sync_enabled: false }));
    await waitFor(() => expect(client.isMutating()).toBe(0));
    expect(seen).not.toContain(true);
  });
});

describe("a sync that is asked for", () => {
  it("runs at once, and does not when the server refuses", async () => {
    server.use(
      http.get(`${base}/`, () => HttpResponse.json([first])),
      http.post(`${base}/:id/force-sync/`, async () => {
        await delay(patience);
        return refusal(409, "integration_disabled", "It is switched off.");
      }),
    );
    const { person } = await show(<FirstCard />);
    await person.click(await screen.findByRole("button", { name: "Sync now" }));
    expect(screen.getByText("Syncing")).toBeInTheDocument();
    expect(await screen.findByText("Connected")).toBeInTheDocument();
    expect(screen.getByText("Not changed: This account is switched off.")).toBeInTheDocument();
  });
});

describe("what a calendar does", () => {
  it("is as it was when the server refuses", async () => {
    server.use(
      http.get(`${base}/:id/calendars/`, () => HttpResponse.json(world.calendars[first.id])),
      http.patch(`${base}/:id/calendars/:calendarId/`, async () => {
        await delay(patience);
        return refusal(503, "unavailable", "The database refuses connections.");
      }),
    );
    const { person } = await show(<Choices />);
    const [blocks] = (await screen.findAllByRole("switch", { name: "Blocks time" })) as [HTMLElement];
    await person.click(blocks);
    expect(blocks).not.toBeChecked();
    await waitFor(() => expect(blocks).toBeChecked());

    await person.click(screen.getByRole("button", { name: /^What counts ?Work$/ }));
    const allDay = within(screen.getByRole("radiogroup", { name: "All-day events" }));
    await person.click(allDay.getByRole("radio", { name: "Free" }));
    expect(allDay.getByRole("radio", { name: "Free" })).toBeChecked();
    await waitFor(() => expect(allDay.getByRole("radio", { name: "Busy" })).toBeChecked());
  });
});

describe("the destination of bookings", () => {
  it("moves from one calendar to the other at once, and back when refused", async () => {
    server.use(
      http.get(`${base}/:id/calendars/`, () => HttpResponse.json(world.calendars[first.id])),
      http.patch(`${base}/:id/calendars/:calendarId/`, async () => {
        await delay(patience);
        return refusal(409, "calendar_read_only", "Family may be read only now.");
      }),
    );
    const { person } = await show(<Choices />);
    const [work, family] = (await screen.findAllByRole("switch", { name: "Bookings go here" })) as [
      HTMLElement,
      HTMLElement,
    ];
    expect(work).toBeChecked();
    await person.click(family);
    expect(family).toBeChecked();
    expect(work).not.toBeChecked();
    await waitFor(() => expect(work).toBeChecked());
    expect(family).not.toBeChecked();
  });
});

describe("a conflict", () => {
  const list = { ...world.conflicts, conflicts: [] };

  it("leaves the list when it is dismissed, and can be taken back", async () => {
    let dismissed = false;
    const asked: string[] = [];
    server.use(
      http.get(`${base}/conflicts/`, () =>
        HttpResponse.json(
          dismissed ? { ...list, overlaps: list.overlaps.filter((each) => each.kind !== "external_external") } : list,
        ),
      ),
      http.post(`${base}/conflicts/:id/resolve/`, async ({ request }) => {
        const { action } = (await request.json()) as { action: string };
        asked.push(action);
        dismissed = action === "dismiss";
        const conflict = { ...list.overlaps[0], history: [] };
        return HttpResponse.json({ preview: false, action, explanation: "Left as it is.", changes: [], conflict });
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("button", { name: "Dismiss: Customer visit / School concert" }));
    await waitFor(() => expect(screen.queryByText("School concert")).not.toBeInTheDocument());
    await person.click(await screen.findByRole("button", { name: "Undo" }));
    expect(await screen.findByText("School concert")).toBeInTheDocument();
    expect(asked).toEqual(["dismiss", "reopen"]);
  });

  it("stays away when it could not be taken back, and says why", async () => {
    let dismissed = false;
    server.use(
      http.get(`${base}/conflicts/`, () =>
        HttpResponse.json(
          dismissed ? { ...list, overlaps: list.overlaps.filter((each) => each.kind !== "external_external") } : list,
        ),
      ),
      http.post(`${base}/conflicts/:id/resolve/`, async ({ request }) => {
        const { action } = (await request.json()) as { action: string };
        if (action === "reopen") return refusal(409, "action_impossible", "The event has moved meanwhile.");
        dismissed = true;
        const conflict = { ...list.overlaps[0], history: [] };
        return HttpResponse.json({ preview: false, action, explanation: "Left as it is.", changes: [], conflict });
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("button", { name: "Dismiss: Customer visit / School concert" }));
    await person.click(await screen.findByRole("button", { name: "Undo" }));
    expect(await screen.findByText("The event has moved meanwhile.")).toBeInTheDocument();
    expect(screen.queryByText("School concert")).not.toBeInTheDocument();
  });

  it("comes back when the server refuses", async () => {
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json(list)),
      http.post(`${base}/conflicts/:id/resolve/`, async () => {
        await delay(patience);
        return refusal(409, "action_impossible", "The event has moved meanwhile.");
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("button", { name: "Shorten the block: Team meeting / Focus time" }));
    await waitFor(() => expect(screen.queryByText("Team meeting")).not.toBeInTheDocument());
    expect(await screen.findByText("Team meeting")).toBeInTheDocument();
    expect(screen.getByText("The event has moved meanwhile.")).toBeInTheDocument();
  });

  it("that refuses in a bulk comes back alone", async () => {
    server.use(
      http.get(`${base}/conflicts/`, () => HttpResponse.json(list)),
      http.post(`${base}/conflicts/resolve/`, async ({ request }) => {
        const { ids, preview } = (await request.json()) as { ids: string[]; preview: boolean };
        if (preview)
          return HttpResponse.json({ preview, resolved: ids.map((id) => ({ id })), changes: [], failed: [] });
        return HttpResponse.json({
          preview,
          resolved: [],
          changes: [],
          failed: [{ id: ids[0], code: "action_impossible", detail: "It is over." }],
        });
      }),
    );
    const { person } = await show(<CalendarConflictsPanel status="open" view="list" />);
    await person.click(await screen.findByRole("checkbox", { name: "Select all" }));
    await person.click(screen.getByRole("button", { name: "Do what is proposed (2)" }));
    await person.click(await screen.findByRole("button", { name: "Do what is proposed" }));
    expect(await screen.findByText("1 conflict could not be changed")).toBeInTheDocument();
    expect(await screen.findByText("Team meeting")).toBeInTheDocument();
  });
});

describe("an API key", () => {
  it("comes back when it could not be withdrawn", async () => {
    server.use(
      http.get("*/api/v1/api-keys/", () => HttpResponse.json(world.apiKeys)),
      http.delete("*/api/v1/api-keys/:id/", async () => {
        await delay(patience);
        return refusal(503, "unavailable", "The database refuses connections.");
      }),
    );
    const { person } = await show(<ApiKeys admin={false} />);
    await person.click(await screen.findByRole("button", { name: "Withdraw Reporting" }));
    await person.click(await screen.findByRole("button", { name: "Withdraw the key" }));
    await waitFor(() => expect(screen.queryByText("Reporting")).not.toBeInTheDocument());
    expect(await screen.findByText("Not changed: The server cannot reach its database.")).toBeInTheDocument();
    expect(screen.getByText("Reporting")).toBeInTheDocument();
  });
});
