import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import { server } from "@/test/server";
import * as world from "@/test/world";
import { SecretOnce } from "./components/SecretOnce";
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

  it("takes an event of one's own that was typed and not added, and asks for events only once it is sent", async () => {
    let body: unknown;
    server.use(
      http.post("*/integrations/webhooks/", async ({ request }) => {
        body = await request.json();
        return HttpResponse.json({ ...crm, secret_key: "whsec_AAAA" }, { status: 201 });
      }),
    );
    const { person } = await show(<WebhookForm onClose={() => {}} />);
    await person.type(await screen.findByLabelText("Name"), "CRM");
    await person.type(screen.getByLabelText("Address"), "https://crm.example.org/hooks");
    await person.click(await screen.findByRole("checkbox", { name: "All events" }));
    expect(screen.queryByText("Choose at least one.")).not.toBeInTheDocument();
    await person.click(screen.getByRole("button", { name: "Create webhook" }));
    expect(await screen.findByText("Choose at least one.")).toBeInTheDocument();
    await person.type(screen.getByLabelText(/^Event of your own/), "invoice.paid");
    await person.click(screen.getByRole("button", { name: "Create webhook" }));
    await waitFor(() => expect(body).toMatchObject({ events: ["invoice.paid"] }));
  });

  it("shows the new secret once when the address moves to another origin", async () => {
    let closed = false;
    server.use(
      http.get(`${hooks}/event-types/`, () => HttpResponse.json(world.eventTypes)),
      http.patch(`${hooks}/:id/`, () => HttpResponse.json({ ...crm, secret_key: "whsec_BBBB" })),
    );
    const { person } = await show(
      <WebhookForm
        webhook={crm}
        onClose={() => {
          closed = true;
        }}
      />,
    );
    await person.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByText("whsec_BBBB")).toBeInTheDocument();
    expect(closed).toBe(false);
  });

  it("says what is wrong with a limit and an order before anything is sent", async () => {
    const { person } = await show(<WebhookForm webhook={crm} onClose={() => {}} />);
    await person.type(await screen.findByLabelText(/^Requests a second/), "0");
    await person.type(screen.getByLabelText(/^In order by/), "a..b");
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("A whole number from 1 to 1000.")).toBeInTheDocument();
    expect(screen.getByText("Names divided by dots, as in data.booking.id.")).toBeInTheDocument();
  });

  it("can be saved when nothing is tried again, whatever the number of tries was left at", async () => {
    let body: unknown;
    server.use(
      http.patch(`${hooks}/:id/`, async ({ request }) => {
        body = await request.json();
        return HttpResponse.json({ ...crm, retry_failed: false });
      }),
    );
    let closed = false;
    const { person } = await show(
      <WebhookForm
        webhook={crm}
        onClose={() => {
          closed = true;
        }}
      />,
    );
    await person.clear(await screen.findByLabelText("How many times"));
    await person.click(screen.getByLabelText("Try again when a delivery fails"));
    await person.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(closed).toBe(true));
    expect(body).toMatchObject({ retry_failed: false });
    expect(body).not.toHaveProperty("max_retries");
  });

  it("sends the same key when the same content is tried again, and another one for other content", async () => {
    const sent: (string | null)[] = [];
    server.use(
      http.get(`${hooks}/event-types/`, () => HttpResponse.json(world.eventTypes)),
      http.post(`${hooks}/`, ({ request }) => {
        sent.push(request.headers.get("Idempotency-Key"));
        return sent.length < 3 ? HttpResponse.error() : HttpResponse.json({ ...crm, secret_key: "whsec_AAAA" });
      }),
    );
    const { person } = await show(<WebhookForm onClose={() => {}} />);
    await person.type(await screen.findByLabelText("Name"), "CRM");
    await person.type(screen.getByLabelText("Address"), "https://crm.example.org/hooks");
    await person.click(screen.getByRole("button", { name: "Create webhook" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    await person.click(await screen.findByRole("button", { name: "Create webhook" }));
    await waitFor(() => expect(sent).toHaveLength(2));
    await person.type(screen.getByLabelText("Name"), " 2");
    await person.click(screen.getByRole("button", { name: "Create webhook" }));
    await screen.findByText("Copy the secret now");
    expect(sent[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[2]).not.toBe(sent[0]);
  });

  it("does not lose the secret to Escape before it was copied", async () => {
    let closed = false;
    const { person } = await show(
      <SecretOnce
        made={{ ...crm, secret_key: "whsec_AAAA" }}
        onClose={() => {
          closed = true;
        }}
      />,
    );
    await screen.findByText("whsec_AAAA");
    await person.keyboard("{Escape}");
    expect(closed).toBe(false);
    expect(screen.getByRole("alert")).toHaveTextContent("You have not copied it");
    await person.keyboard("{Escape}");
    expect(closed).toBe(true);
  });
});
