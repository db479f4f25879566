import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import * as world from "@/test/world";

const setup = "*/api/v1/setup/";
const base = "*/api/v1/integrations";
const [account] = world.integrations as [(typeof world.integrations)[0]];

async function arrive() {
  serveWorld();
  server.use(http.get(setup, () => HttpResponse.json({ needed: true })));
  const view = await visit("/setup/token");
  const { person } = view;
  await person.type(await screen.findByLabelText("Name"), "Ada");
  await person.type(screen.getByLabelText("Email"), "ada@example.org");
  await person.type(screen.getByLabelText("Password"), "correct horse");
  await person.click(screen.getByRole("button", { name: "Next" }));
  await screen.findByLabelText("Time zone");
  return view;
}

describe("the first start", () => {
  it("goes back to the field that the server refuses", async () => {
    const { person } = await arrive();
    server.use(
      http.post(setup, () =>
        refusal(400, "invalid_field", "The email is not valid.", {
          errors: [{ pointer: "/email", detail: "has no such domain" }],
        }),
      ),
    );
    await person.click(screen.getByRole("button", { name: "Create the account" }));
    expect(await screen.findByText("has no such domain")).toBeInTheDocument();
    expect(screen.getByLabelText("Email")).toBeInvalid();
    expect(screen.getByLabelText("Email")).toHaveValue("ada@example.org");
  });

  it("can ask again whether the server is set up", async () => {
    serveWorld();
    let away = true;
    server.use(
      http.get(setup, () =>
        away ? refusal(503, "unavailable", "The database refuses connections.") : HttpResponse.json({ needed: true }),
      ),
    );
    const { person } = await visit("/setup/token");
    expect(await screen.findByText("The state of the set-up could not be loaded.")).toBeInTheDocument();
    away = false;
    await person.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Name")).toBeInTheDocument();
  });

  it("begins its last step with what it is about, and says that events are read only when every calendar is", async () => {
    const { person } = await arrive();
    const states = ["never_synced", "never_synced", "fresh"] as const;
    let asked = 0;
    server.use(
      http.post(setup, () => HttpResponse.json(world.user, { status: 201 })),
      http.post(`${base}/calendar/`, () => HttpResponse.json({ ...account, status: "connecting" }, { status: 201 })),
      http.get(`${base}/calendar/${account.id}/`, () => HttpResponse.json(account)),
      http.get(`${base}/calendar/:id/calendars/`, () => {
        const state = states[Math.min(asked, states.length - 1)];
        asked += 1;
        return HttpResponse.json(world.calendars[account.id]?.map((each) => ({ ...each, state })));
      }),
    );
    await person.click(screen.getByRole("button", { name: "Create the account" }));
    await waitFor(() => expect(screen.getByText(/You are signed in\. Connect a first calendar/)).toHaveFocus());
    await person.click(await screen.findByRole("button", { name: /^CalDAV/ }));
    await person.type(screen.getByLabelText("Server"), "cloud.example.org");
    await person.type(screen.getByLabelText("User name"), "ada");
    await person.type(screen.getByLabelText("Password"), "secret");
    await person.click(screen.getByRole("button", { name: "Test and connect" }));
    expect((await screen.findAllByText("Not read yet")).length).toBeGreaterThan(0);
    expect(screen.queryByText("Your events have been read.")).not.toBeInTheDocument();
    expect(await screen.findByText("Your events have been read.", undefined, { timeout: 8_000 })).toBeInTheDocument();
    expect(screen.queryByText("Not read yet")).not.toBeInTheDocument();
  });
});
