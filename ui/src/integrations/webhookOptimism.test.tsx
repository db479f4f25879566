import { screen, waitFor, within } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import * as world from "@/test/world";
import { DeleteWebhook } from "./components/DeleteWebhook";
import { DeliveryPanel } from "./components/DeliveryPanel";
import { DisconnectDialog } from "./components/DisconnectDialog";
import { WebhookIntegrationCard } from "./components/WebhookIntegrationCard";
import { useCalendarIntegrations } from "./hooks/useCalendarIntegrations";
import { useWebhooks } from "./hooks/useWebhooks";

const hooks = "*/api/v1/integrations/webhooks";
const accounts = "*/api/v1/integrations/calendar";
const patience = 300;
const [crm] = world.webhooks as [(typeof world.webhooks)[0]];
const [account] = world.integrations as [(typeof world.integrations)[0]];

function refuse() {
  return refusal(503, "unavailable", "The database refuses connections.");
}

let pending = false;

/** Refuses a change, after a while in which the list is not told again: another page asks for it meanwhile. */
async function touched() {
  pending = true;
  await delay(patience);
  pending = false;
  return refuse();
}

function whileUntouched(list: readonly object[]) {
  return async () => {
    while (pending) await delay(50);
    return HttpResponse.json(list as never);
  };
}

function Webhooks({ dialog }: { dialog?: boolean }) {
  const list = useWebhooks();
  return (
    <>
      {list.data?.map((each) => (
        <WebhookIntegrationCard key={each.id} webhook={each} />
      ))}
      {dialog && <DeleteWebhook webhook={crm} onClose={() => {}} />}
    </>
  );
}

function Accounts() {
  const list = useCalendarIntegrations();
  return (
    <>
      <ul>
        {list.data?.map((each) => (
          <li key={each.id}>{each.provider_user_id}</li>
        ))}
      </ul>
      <DisconnectDialog integration={account} onClose={() => {}} />
    </>
  );
}

describe("a webhook", () => {
  it("is switched off at once, and on again when the server refuses", async () => {
    server.use(
      http.get(`${hooks}/`, () => HttpResponse.json([crm])),
      http.patch(`${hooks}/:id/`, async () => {
        await delay(patience);
        return refuse();
      }),
    );
    const { person } = await show(<Webhooks />);
    const control = await screen.findByRole("switch", { name: "Active" });
    await person.click(control);
    expect(control).not.toBeChecked();
    expect(screen.getByText("Off")).toBeInTheDocument();
    await waitFor(() => expect(control).toBeChecked());
    const messages = screen.getByRole("region", { name: "Messages" });
    expect(within(messages).getByText("Not changed: The server cannot reach its database.")).toBeInTheDocument();
  });

  it("leaves the list when it is deleted, and comes back when the server refuses", async () => {
    server.use(http.get(`${hooks}/`, whileUntouched([crm])), http.delete(`${hooks}/:id/`, touched));
    const { person } = await show(<Webhooks dialog />);
    // the page behind a dialog is hidden from everyone but the eyes
    const shown = () => screen.queryByText(crm.webhook_url, { ignore: false });
    await waitFor(() => expect(shown()).toBeInTheDocument());
    await person.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(shown()).not.toBeInTheDocument());
    await waitFor(() => expect(shown()).toBeInTheDocument());
  });
});

describe("a delivery that is sent again", () => {
  it("is under way at once, and failed again when the server refuses", async () => {
    server.use(
      http.get(`${hooks}/:id/deliveries/:did/`, () =>
        HttpResponse.json({ ...world.delivery, status: "failed", next_attempt_at: null }),
      ),
      http.post(`${hooks}/:id/deliveries/:did/redeliver/`, async () => {
        await delay(patience);
        return refuse();
      }),
    );
    const { person } = await show(
      <DeliveryPanel active webhookId={crm.id} id={world.delivery.id} onClose={() => {}} />,
    );
    expect(await screen.findByText("Failed")).toBeInTheDocument();
    await person.click(screen.getByRole("button", { name: "Send again" }));
    expect(screen.getByText("Pending")).toBeInTheDocument();
    expect(await screen.findByText("Failed")).toBeInTheDocument();
  });
});

describe("an account", () => {
  it("leaves the list when it is disconnected, and comes back when the server refuses", async () => {
    server.use(http.get(`${accounts}/`, whileUntouched(world.integrations)), http.delete(`${accounts}/:id/`, touched));
    const { person } = await show(<Accounts />);
    const shown = () => screen.queryByText(account.provider_user_id, { selector: "li" });
    await waitFor(() => expect(shown()).toBeInTheDocument());
    const button = screen.getByRole("button", { name: "Disconnect" });
    await waitFor(() => expect(button).toBeEnabled());
    await person.click(button);
    await waitFor(() => expect(shown()).not.toBeInTheDocument());
    await waitFor(() => expect(shown()).toBeInTheDocument());
  });
});
