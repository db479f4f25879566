import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { pauseStream } from "@/api/stream";
import { refusal } from "@/test/contract";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import { logs } from "@/test/world";

const path = "*/api/v1/integrations/logs/";

/** Answers like the server: the filter is kept, the rest is told apart by cursor and page size. */
function serveLogs(answer: (query: URLSearchParams) => Response) {
  serveWorld();
  server.use(http.get(path, ({ request }) => answer(new URL(request.url).searchParams)));
}

const page = (entries: readonly object[], next_cursor: string | null = null) =>
  HttpResponse.json({ results: entries, next_cursor });

describe("the log", () => {
  it("says that older entries could not be loaded, and asks for them again only when told to", async () => {
    let older = 0;
    serveLogs((query) => {
      if (!query.has("cursor")) return page(logs.slice(0, 3), "3");
      older += 1;
      return older < 2 ? refusal(503, "unavailable", "The database refuses connections.") : page(logs.slice(3, 5));
    });
    const { person } = await visit("/integrations/logs");
    expect(await screen.findByText("Older entries could not be loaded.")).toBeInTheDocument();
    expect(older).toBe(1);
    await person.click(within(screen.getByRole("alert")).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByText("Older entries could not be loaded.")).not.toBeInTheDocument());
    expect(older).toBe(2);
  });

  it("leaves a space at the end of a search while one types", async () => {
    const asked: (string | null)[] = [];
    serveLogs((query) => {
      asked.push(query.get("q"));
      return page(logs.slice(0, 2));
    });
    const { person, router } = await visit("/integrations/logs");
    const search = await screen.findByLabelText("Words in the message");
    await person.type(search, "team ");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ q: "team" }));
    expect(search).toHaveValue("team ");
    await person.type(search, "meeting");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ q: "team meeting" }));
    expect(search).toHaveValue("team meeting");
    expect(asked).toContain("team meeting");
  });

  it("counts what is new while it is held still, and shows it from the top when told to", async () => {
    let shown = logs.slice(2, 4);
    serveLogs(() => page(shown));
    pauseStream(true);
    const { person, client } = await visit("/integrations/logs");
    const pane = await screen.findByRole("rowgroup", { name: "Entries" });
    pane.scrollTop = 400;
    fireEvent.scroll(pane);
    shown = logs.slice(0, 4);
    await client.invalidateQueries({ queryKey: ["logs", "newer"] });
    await person.click(await screen.findByRole("button", { name: "2 new" }));
    expect(pane.scrollTop).toBe(0);
    expect(screen.queryByRole("button", { name: "2 new" })).not.toBeInTheDocument();
    expect(screen.getByRole("table", { name: "Logs" })).toHaveAttribute("aria-rowcount", "5");
    pauseStream(false);
  });

  it("leads from an entry to what it tells of", async () => {
    const sent = { ...(logs[0] as (typeof logs)[0]), integration_type: "webhook" };
    serveLogs(() => page([sent as (typeof logs)[0]]));
    server.use(
      http.get("*/api/v1/integrations/logs/:id/", () =>
        HttpResponse.json({ ...sent, log_type: "webhook_sent", integration_id: "w1", details: { delivery_id: "d1" } }),
      ),
    );
    await visit(`/integrations/logs?entry=${sent.id}`);
    const panel = await screen.findByRole("dialog");
    expect(await within(panel).findByRole("link", { name: "Show the delivery" })).toHaveAttribute(
      "href",
      "/integrations/webhooks/w1?delivery=d1",
    );
  });

  it("is read from its top when the filter changes", async () => {
    serveLogs(() => page(logs.slice(0, 4)));
    const { person } = await visit("/integrations/logs");
    const pane = await screen.findByRole("rowgroup", { name: "Entries" });
    pane.scrollTop = 400;
    await person.selectOptions(screen.getByLabelText("Outcome"), "Failed");
    await screen.findByRole("button", { name: "Remove filter Failed" });
    expect(pane.scrollTop).toBe(0);
  });

  it("can be narrowed by kind, by moments and by a booking, in the address and as chips", async () => {
    serveLogs(() => page(logs.slice(0, 4)));
    const { person, router } = await visit("/integrations/logs");
    await person.click(await screen.findByText("More filters"));
    await person.selectOptions(screen.getByLabelText("Kind"), "Webhooks");
    fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-03-02T09:30" } });
    fireEvent.blur(screen.getByLabelText("From"));
    const booking = "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d";
    await person.type(screen.getByLabelText("Booking id"), "0199");
    expect(screen.getByText(/A booking id has 36 characters/)).toBeInTheDocument();
    await person.clear(screen.getByLabelText("Booking id"));
    await person.type(screen.getByLabelText("Booking id"), booking);
    await waitFor(() =>
      expect(router.state.location.search).toEqual({
        integration_type: "webhook",
        // half past nine in Berlin, which is where the organizer's times are
        from: "2026-03-02T08:30:00.000Z",
        booking,
      }),
    );
    await person.click(screen.getByRole("button", { name: /^Remove filter Booking/ }));
    await waitFor(() => expect(screen.getByLabelText("Booking id")).toHaveValue(""));
    await person.click(screen.getByRole("button", { name: /^Remove filter from/ }));
    await waitFor(() => expect(screen.getByLabelText("From")).toHaveValue(""));
  });
});
