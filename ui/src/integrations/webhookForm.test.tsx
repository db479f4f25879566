import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import { server } from "@/test/setup";
import * as world from "@/test/world";
import { WebhookForm } from "./components/WebhookForm";

const hooks = "*/api/v1/integrations/webhooks";
const [crm] = world.webhooks as [(typeof world.webhooks)[0]];
const publicKey = "whpk_pBxWBM9FHkkNi4JYqWrSPgKzLkzXHQZTbKMQMLoTVOE=";

describe("the form of a webhook", () => {
  it("sends order, limit and kind of signature, and shows how to check by the public key", async () => {
    let body: unknown;
    server.use(
      http.get(`${hooks}/event-types/`, () => HttpResponse.json(world.eventTypes)),
      http.post(`${hooks}/`, async ({ request }) => {
        body = await request.json();
        return HttpResponse.json(
          { ...crm, signatures: ["v1", "v1a"], public_key: publicKey, secret_key: "whsec_AAAA" },
          { status: 201 },
        );
      }),
    );
    const { person } = await show(<WebhookForm onClose={() => {}} />);
    await person.type(await screen.findByLabelText("Name"), "CRM");
    await person.type(screen.getByLabelText("Address"), "https://crm.example.org/hooks");
    await person.type(screen.getByLabelText(/^Requests a second/), "20");
    const order = screen.getByLabelText(/^In order by/);
    await person.type(order, "data.booking.id");
    expect(await screen.findByText(/has no such value/)).toBeInTheDocument();
    await person.clear(order);
    await person.type(order, "data.calendar");
    expect(await screen.findByText("In the sample of calendar_synced: Work")).toBeInTheDocument();
    await person.click(screen.getByLabelText("Sign with Ed25519 too"));
    await person.click(screen.getByRole("button", { name: "Create webhook" }));
    const kinds = await screen.findByRole("group", { name: "Kind of signature" });
    expect(body).toMatchObject({ rate_limit: 20, ordering_key: "data.calendar", signatures: ["v1", "v1a"] });
    await person.click(within(kinds).getByRole("button", { name: /Ed25519/ }));
    expect(screen.getByText(publicKey)).toBeInTheDocument();
    expect(screen.getByText(/startsWith\("v1a,"\)/)).toBeInTheDocument();
  });

  it("says what is wrong with a limit and an order before anything is sent", async () => {
    const { person } = await show(<WebhookForm webhook={crm} onClose={() => {}} />);
    await person.type(await screen.findByLabelText(/^Requests a second/), "0");
    await person.type(screen.getByLabelText(/^In order by/), "a..b");
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("A whole number from 1 to 1000.")).toBeInTheDocument();
    expect(screen.getByText("Names divided by dots, as in data.booking.id.")).toBeInTheDocument();
  });
});
