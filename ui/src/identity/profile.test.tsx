import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { refusal } from "@/test/contract";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";

const key = {
  id: "0199e0a4-0007-7abc-8def-000000000001",
  name: "Reporting",
  prefix: "lsk_abcd",
  scopes: ["*"],
  expires_at: null,
  last_used_at: null,
  created_at: "2026-03-02T08:00:00Z",
};

describe("the profile", () => {
  it("shows which password was refused", async () => {
    serveWorld();
    server.use(
      http.patch("*/api/v1/users/me/", () =>
        refusal(400, "invalid_field", "This is not your present password.", {
          errors: [{ pointer: "/current_password", detail: "This is not your present password." }],
        }),
      ),
    );
    const { person } = await visit("/profile");
    await person.type(await screen.findByLabelText("Current password"), "mistyped");
    await person.type(screen.getByLabelText("New password"), "correct horse battery");
    await person.click(screen.getByRole("button", { name: "Change password" }));
    await waitFor(() => expect(screen.getByLabelText("Current password")).toBeInvalid());
    expect(screen.getByLabelText("Current password")).toHaveFocus();
  });

  it("keeps one's place when the button that made the first key is gone", async () => {
    const made: unknown[] = [];
    serveWorld();
    server.use(
      http.get("*/api/v1/api-keys/", () => HttpResponse.json(made)),
      http.post("*/api/v1/api-keys/", () => {
        made.push(key);
        return HttpResponse.json({ ...key, key: "lsk_abcdefgh" }, { status: 201 });
      }),
    );
    const { person } = await visit("/profile");
    await person.click(await screen.findByRole("button", { name: "New API key" }));
    await person.type(await screen.findByLabelText("What it is for"), "Reporting");
    await person.click(screen.getByRole("button", { name: "Make the key" }));
    await person.click(await screen.findByRole("button", { name: "I have stored it" }));
    expect(await screen.findByText("Reporting")).toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
  });
});
