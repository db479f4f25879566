import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { show } from "@/test/render";
import { server } from "@/test/server";
import { integrations, providers } from "@/test/world";
import { ConnectFlow } from "./components/ConnectFlow";
import { ReconnectDialog } from "./components/ReconnectDialog";
import type { Provider } from "./types";

const [apple] = providers as [Provider];
const [account] = integrations as [(typeof integrations)[0]];
const consent: Provider = {
  ...apple,
  provider: "google",
  name: "Google Calendar",
  connect: { method: "oauth", fields: [] },
};
const unset: Provider = { ...consent, provider: "outlook", name: "Outlook", configured: false };

describe("a refusal", () => {
  it("takes the reader to the field that is to blame, with all that was typed", async () => {
    server.use(
      http.get("*/integrations/providers/", () => HttpResponse.json(providers)),
      http.post("*/integrations/calendar/", () =>
        refusal(400, "wrong_password", "The server does not accept this user name and password."),
      ),
    );
    const { person } = await show(<ConnectFlow start="caldav" onDone={() => {}} />);
    await person.type(await screen.findByLabelText("Server"), "cloud.example.org");
    await person.type(screen.getByLabelText("User name"), "ada");
    await person.type(screen.getByLabelText("Password"), "mistyped");
    await person.click(screen.getByRole("button", { name: "Test and connect" }));
    expect(await screen.findByText("The provider refuses the user name or password.")).toBeInTheDocument();
    expect(screen.getByLabelText("Password")).toHaveFocus();
    expect(screen.getByLabelText("Password")).toHaveValue("mistyped");
    expect(screen.getByLabelText("Server")).toHaveValue("cloud.example.org");
  });
});

describe("reconnecting", () => {
  it("begins at what may have changed, also where the form comes late", async () => {
    let answerNow = () => {};
    server.use(
      http.get("*/integrations/providers/", async () => {
        await new Promise<void>((resolve) => (answerNow = resolve));
        return HttpResponse.json(providers);
      }),
    );
    await show(<ReconnectDialog integration={account} onClose={() => {}} />);
    await waitFor(() => expect(screen.getByRole("button", { name: "Close" })).toHaveFocus());
    answerNow();
    expect(await screen.findByLabelText("Password")).toHaveFocus();
  });
});

describe("a provider that cannot be connected from here", () => {
  it("has what was typed when one goes back to choose, and comes again", async () => {
    server.use(http.get("*/integrations/providers/", () => HttpResponse.json(providers)));
    const { person } = await show(<ConnectFlow start="caldav" onDone={() => {}} />);
    await person.type(await screen.findByLabelText("Server"), "cloud.example.org");
    await person.click(screen.getByRole("button", { name: "Back" }));
    await person.click(await screen.findByRole("button", { name: /^CalDAV/ }));
    expect(await screen.findByLabelText("Server")).toHaveValue("cloud.example.org");
  });

  it("is called not set up only where it is not", async () => {
    server.use(http.get("*/integrations/providers/", () => HttpResponse.json([apple, consent, unset])));
    await show(<ConnectFlow onDone={() => {}} />);
    expect(await screen.findByRole("button", { name: /^Apple/ })).toBeEnabled();
    const google = screen.getByRole("button", { name: /^Google/ });
    expect(google).toBeDisabled();
    expect(google).toHaveTextContent("Set up on this server, but connecting it from this page does not work yet.");
    const outlook = screen.getByRole("button", { name: /^Outlook/ });
    expect(outlook).toBeDisabled();
    expect(outlook).toHaveTextContent("Not set up on this server. Its operator can add it.");
  });

  it("has no empty form to be reconnected with", async () => {
    server.use(http.get("*/integrations/providers/", () => HttpResponse.json([consent])));
    await show(<ReconnectDialog integration={{ ...account, provider: "google" }} onClose={() => {}} />);
    expect(await screen.findByText(/connecting it from this page does not work yet/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Reconnect" })).not.toBeInTheDocument();
  });
});
