import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { keys } from "@/api/keys";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import { webhooks } from "@/test/world";
import { ReplayDialog } from "./components/ReplayDialog";

const hooks = "*/api/v1/integrations/webhooks";
const [crm] = webhooks as [(typeof webhooks)[0]];

describe("sending again", () => {
  it("says why it does not know how much that is, and asks again when told to", async () => {
    let away = true;
    let counted = 0;
    server.use(
      http.get(`${hooks}/:id/replays/`, () => HttpResponse.json([])),
      http.get(`${hooks}/:id/replays/estimate/`, () => {
        if (away) return refusal(503, "unavailable", "The database refuses connections.");
        counted += 1;
        return HttpResponse.json({ count: 12, seconds: 30 });
      }),
    );
    const { person, client } = await show(<ReplayDialog webhook={crm} onClose={() => {}} />);
    const failure = await screen.findByRole("alert");
    expect(within(failure).getByText("How much would be sent could not be loaded.")).toBeInTheDocument();
    expect(within(failure).getByText("The database refuses connections.")).toBeInTheDocument();
    expect(within(failure).getByText("0199e0a4-7000-7d00-8000-5f2c1b3a4d5e")).toBeInTheDocument();
    away = false;
    await person.click(within(failure).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/12 deliveries would be sent/)).toBeInTheDocument();
    // each delivery is a hint about deliveries; the count stays on the screen
    await client.invalidateQueries({ queryKey: keys.deliveries.all });
    expect(counted).toBe(1);
  });

  it("does not begin where there is nothing to send", async () => {
    server.use(
      http.get(`${hooks}/:id/replays/`, () => HttpResponse.json([])),
      http.get(`${hooks}/:id/replays/estimate/`, ({ request }) =>
        HttpResponse.json({ count: request.url.includes("status=failed") ? 0 : 3, seconds: 1 }),
      ),
    );
    const { person } = await show(<ReplayDialog webhook={crm} onClose={() => {}} />);
    expect(await screen.findByText(/^Nothing to send/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Send again" })).toBeDisabled();
    await person.selectOptions(screen.getByRole("combobox", { name: "What" }), "What was delivered");
    expect(await screen.findByText(/3 deliveries would be sent/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Send again" })).toBeEnabled();
  });

  it("begins with what waits for its retry where nothing was given up", async () => {
    server.use(
      http.get(`${hooks}/:id/replays/`, () => HttpResponse.json([])),
      http.get(`${hooks}/:id/replays/estimate/`, ({ request }) =>
        HttpResponse.json({ count: request.url.includes("status=pending") ? 72 : 0, seconds: 1 }),
      ),
    );
    await show(<ReplayDialog webhook={{ ...crm, stats: { ...crm.stats, failed_24h: 0 } }} onClose={() => {}} />);
    expect(await screen.findByText(/72 deliveries would be sent/)).toBeInTheDocument();
  });

  it("says that it does not know whether something is being sent", async () => {
    let away = true;
    server.use(
      http.get(`${hooks}/:id/replays/`, () =>
        away ? refusal(503, "unavailable", "The database refuses connections.") : HttpResponse.json([]),
      ),
      http.get(`${hooks}/:id/replays/estimate/`, () => HttpResponse.json({ count: 0, seconds: 0 })),
    );
    const { person } = await show(<ReplayDialog webhook={crm} onClose={() => {}} />);
    expect(await screen.findByText("What is being sent again could not be loaded.")).toBeInTheDocument();
    away = false;
    await person.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  });
});
