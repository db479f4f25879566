import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import * as world from "@/test/world";

const base = "*/api/v1/integrations";
const [crm, gone, quiet] = world.webhooks as [
  (typeof world.webhooks)[0],
  (typeof world.webhooks)[0],
  (typeof world.webhooks)[0],
];
const [account] = world.integrations as [(typeof world.integrations)[0]];
const failing = { ...crm, stats: { ...crm.stats, delivered_24h: 3, failed_24h: 9, success_rate: 0.25 } };

describe("the overview", () => {
  it("shows webhooks, what is wrong with them and what happened, before any calendar is connected", async () => {
    serveWorld();
    server.use(
      http.get(`${base}/calendar/`, () => HttpResponse.json([])),
      http.get(`${base}/webhooks/`, () => HttpResponse.json([failing, quiet])),
    );
    await visit("/integrations");
    expect(await screen.findByText("No calendar is connected yet")).toBeInTheDocument();
    const services = await screen.findByRole("region", { name: "Connected services" });
    expect(within(services).getByText("Data warehouse")).toBeInTheDocument();
    expect(within(services).getByText("3 delivered, 53 failed attempts in 24 hours")).toBeInTheDocument();
    const attention = await screen.findByRole("region", { name: /needs you|need you/ });
    expect(within(attention).getByText("Most of what CRM is sent does not arrive")).toBeInTheDocument();
    expect(within(attention).getByText(/9 events were given up/)).toBeInTheDocument();
    expect(within(attention).getByRole("link", { name: "See what failed" })).toHaveAttribute(
      "href",
      `/integrations/webhooks/${crm.id}?status=failed`,
    );
    expect(await screen.findByRole("region", { name: "Recent activity" })).toBeInTheDocument();
    expect(screen.queryByRole("region", { name: "Your next seven days" })).not.toBeInTheDocument();
  });

  it("has buttons that mend: a webhook is switched on, a sync is turned on", async () => {
    const done: unknown[] = [];
    let on = false;
    serveWorld();
    server.use(
      http.get(`${base}/calendar/`, () => HttpResponse.json([{ ...account, sync_enabled: on }])),
      http.get(`${base}/webhooks/`, () => HttpResponse.json(on ? [quiet] : [gone])),
      http.patch(`${base}/calendar/:id/`, async ({ request }) => {
        done.push(await request.json());
        return HttpResponse.json(account);
      }),
      http.patch(`${base}/webhooks/:id/`, async ({ request }) => {
        done.push(await request.json());
        on = true;
        return HttpResponse.json({ ...gone, is_active: true, disabled_reason: null });
      }),
    );
    const { person } = await visit("/integrations");
    await person.click(await screen.findByRole("button", { name: "Turn sync on" }));
    await waitFor(() => expect(done).toEqual([{ sync_enabled: true }]));
    await person.click(screen.getByRole("button", { name: "Switch on again" }));
    await waitFor(() => expect(done).toEqual([{ sync_enabled: true }, { is_active: true }]));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Switch on again" })).not.toBeInTheDocument());
  });
});
