import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import { pauseStream } from "@/api/stream";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import { integrations, user } from "@/test/world";
import { RootBoundary } from "./RootBoundary";

const [account] = integrations as [(typeof integrations)[0]];
function Broken(): never {
  throw new Error("no words");
}

const press = (key: string) => fireEvent.keyDown(document.body, { key });

describe("single keys", () => {
  it("open the help, but not a second dialog over one that is open", async () => {
    serveWorld();
    await visit("/profile");
    press("?");
    expect(await screen.findByRole("dialog", { name: "Shortcuts" })).toBeInTheDocument();
    press("?");
    expect(screen.getAllByRole("dialog")).toHaveLength(1);
  });

  it("do nothing once they are switched off, the one for help included", async () => {
    serveWorld();
    const { person } = await visit("/profile");
    press("?");
    await person.click(await screen.findByRole("switch", { name: "Single-key shortcuts" }));
    await person.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    press("?");
    press("p");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: /pause automatic refresh/ })).toBeInTheDocument();
  });

  it("can be switched off where nothing can be stored", async () => {
    serveWorld();
    const refused = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const { person } = await visit("/profile");
    press("?");
    const control = await screen.findByRole("switch", { name: "Single-key shortcuts" });
    await person.click(control);
    expect(control).not.toBeChecked();
    refused.mockRestore();
    await person.click(control);
    expect(control).toBeChecked();
  });
});

describe("a page's heading", () => {
  it("takes the focus on navigation, after the sign-in as well", async () => {
    serveWorld();
    const { router } = await visit("/sign-in");
    await screen.findByRole("heading", { level: 1, name: "Sign in" });
    await router.navigate({ to: "/integrations/webhooks" });
    await waitFor(() => expect(screen.getByRole("heading", { level: 1, name: "Webhooks" })).toHaveFocus());
  });

  it("leaves the focus alone when only its words came late", async () => {
    serveWorld();
    let come = () => {};
    const late = new Promise<void>((resolve) => {
      come = resolve;
    });
    server.use(
      http.get(`*/integrations/calendar/${account.id}/`, async () => {
        await late;
        return HttpResponse.json(account);
      }),
      http.get("*/integrations/calendar/", async () => {
        await late;
        return HttpResponse.json(integrations);
      }),
    );
    const { router } = await visit("/profile");
    await router.navigate({ to: "/integrations/calendars/$id", params: { id: account.id } });
    await waitFor(() => expect(screen.getByRole("heading", { level: 1, name: "Calendar account" })).toHaveFocus());
    screen.getByRole("link", { name: "Skip to the content" }).focus();
    come();
    expect(await screen.findByRole("heading", { level: 1, name: account.provider_user_id })).not.toHaveFocus();
  });

  it("is there, with a title, where there is no page", async () => {
    serveWorld();
    await visit("/integrations/nothing/here");
    expect(await screen.findByRole("heading", { level: 1, name: "There is nothing at this address." })).toBeVisible();
    expect(document.title).toMatch(/^There is nothing/);
  });
});

describe("a page that is held still", () => {
  it("does not ask for the state of accounts by itself", async () => {
    serveWorld();
    let asked = 0;
    server.use(
      http.get("*/integrations/calendar/", () => {
        asked += 1;
        return HttpResponse.json(integrations);
      }),
    );
    pauseStream(true);
    const { client } = await visit("/integrations/calendars");
    await screen.findByRole("heading", { level: 1, name: "Calendars" });
    const { observers } = client.getQueryCache().find({ queryKey: ["integrations", "list"] }) ?? { observers: [] };
    // one of the accounts is being read, for which it would be asked every four seconds
    expect(observers.length).toBeGreaterThan(0);
    for (const { options } of observers) {
      const { refetchInterval: interval } = options;
      const query = client.getQueryCache().find({ queryKey: ["integrations", "list"] });
      expect(typeof interval === "function" ? interval(query as never) : interval).toBe(false);
    }
    pauseStream(false);
    expect(asked).toBeGreaterThan(0);
  });
});

describe("who is signed in", () => {
  it("is asked for again when it changed", async () => {
    serveWorld();
    const { client } = await visit("/integrations/webhooks");
    expect(await screen.findByRole("link", { name: "Ada Lovelace" })).toBeInTheDocument();
    server.use(http.get("*/api/v1/users/me/", () => HttpResponse.json({ ...user, name: "Ada King" })));
    await client.invalidateQueries({ queryKey: keys.me });
    expect(await screen.findByRole("link", { name: "Ada King" })).toBeInTheDocument();
  });
});

describe("the last net", () => {
  it("speaks both languages without a catalogue", () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => {});
    render(
      <RootBoundary>
        <Broken />
      </RootBoundary>,
    );
    expect(screen.getByText("Linkspan could not be loaded.")).toBeVisible();
    expect(screen.getByText("Linkspan konnte nicht geladen werden.")).toBeVisible();
    silent.mockRestore();
  });
});
