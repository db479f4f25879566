import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, it } from "vitest";
import { sessionBegan } from "@/api/session";
// read before the tests, so that a busy machine's reading of modules counts for no patience
import "@/identity/components/SignInAgain";
import "@/integrations/components/ConnectDialog";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import { user } from "@/test/world";

const refusal = {
  type: "about:blank",
  status: 401,
  code: "unauthenticated",
  title: "Unauthorized",
  detail: "The session has ended or expired.",
  fix: 'Send an API key as "Authorization: Bearer KEY", or sign in.',
  request_id: "0199e0a4-7000-7d00-8000-5f2c1b3a4d5e",
};

/** A server that forgot the session; it knows it again once the password was right. */
function forgetTheSession() {
  let ended = true;
  server.use(
    http.all("*/api/v1/*", ({ request }) => {
      if (request.url.endsWith("/auth/login/")) {
        ended = false;
        return HttpResponse.json(user);
      }
      return ended ? HttpResponse.json(refusal, { status: 401 }) : undefined;
    }),
  );
}

afterEach(sessionBegan);

describe("a session that ends while a form is open", () => {
  it("begins again over the form, with everything that was typed and no word of headers", async () => {
    serveWorld();
    const { person, router } = await visit("/integrations?connect=caldav");
    const form = await screen.findByRole("dialog", { name: "Connect a calendar" });
    const address = await within(form).findByLabelText("Server");
    await person.type(address, "cloud.example.org");
    await person.type(within(form).getByLabelText("User name"), "ada");
    await person.type(within(form).getByLabelText("Password"), "secret");
    forgetTheSession();
    await person.click(within(form).getByRole("button", { name: "Test and connect" }));

    const again = await screen.findByRole("dialog", { name: "You have been signed out" });
    expect(screen.getByRole("button", { name: "Signed out", hidden: true })).toBeInTheDocument();
    expect(document.body).not.toHaveTextContent("Authorization");
    expect(within(again).getByLabelText("Email")).toHaveValue(user.email);
    await person.type(within(again).getByLabelText("Password"), "a good password");
    await person.click(within(again).getByRole("button", { name: "Sign in" }));

    await waitFor(() => expect(again).not.toBeInTheDocument());
    expect(router.state.location.pathname).toBe("/integrations");
    expect(address).toBeInTheDocument();
    expect(address).toHaveValue("cloud.example.org");
    expect(screen.queryByRole("button", { name: "Signed out", hidden: true })).not.toBeInTheDocument();
  });

  it("can be left to be read, and offers the sign-in when one wants it", async () => {
    serveWorld();
    const { person, client } = await visit("/integrations/webhooks");
    await screen.findByRole("heading", { level: 1, name: "Webhooks" });
    forgetTheSession();
    await client.invalidateQueries();
    const again = await screen.findByRole("dialog", { name: "You have been signed out" });
    await person.keyboard("{Escape}");
    await waitFor(() => expect(again).not.toBeInTheDocument());
    expect(screen.getByText("You are signed out.")).toBeInTheDocument();
    await person.click(screen.getByRole("button", { name: "Signed out" }));
    expect(await screen.findByRole("dialog", { name: "You have been signed out" })).toBeInTheDocument();
  });
});
