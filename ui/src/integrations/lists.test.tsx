import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { keys } from "@/api/keys";
import { refusal } from "@/test/contract";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import { answer, integrations, webhooks } from "@/test/world";

const base = "/api/v1/integrations";
const [crm] = webhooks as [(typeof webhooks)[0]];
const [account] = integrations as [(typeof integrations)[0]];

describe("a long list", () => {
  it.each([
    ["Deliveries", `/integrations/webhooks/${crm.id}`, `${base}/webhooks/${crm.id}/deliveries/`, "Older deliveries"],
    ["Syncs", `/integrations/calendars/${account.id}`, `${base}/calendar/${account.id}/syncs/`, "Older syncs"],
  ])(
    "of %s says where it ends that the rest did not come, and calls nothing out of date",
    async (title, page, path, rest) => {
      let away = true;
      const whole = answer("GET", path, new URLSearchParams({ limit: "200" })) as {
        results: readonly { id: string }[];
      };
      const [first, ...others] = whole.results;
      expect(others.length).toBeGreaterThan(0);
      serveWorld();
      server.use(
        http.get(`*${path}`, ({ request }) => {
          if (!new URL(request.url).searchParams.has("cursor"))
            return HttpResponse.json({ results: [first], next_cursor: "2" });
          if (away) return refusal(503, "unavailable", "The database refuses connections.");
          return HttpResponse.json({ results: others, next_cursor: null });
        }),
      );
      const { person } = await visit(page);
      const list = await screen.findByRole("region", { name: title });
      await person.click(await within(list).findByRole("button", { name: "Show more" }));
      expect(await within(list).findByText(`${rest} could not be loaded.`)).toBeInTheDocument();
      expect(within(list).getAllByRole("listitem").length).toBeGreaterThan(0);
      expect(screen.queryByText(/could be refreshed/)).not.toBeInTheDocument();
      const again = within(list).getByRole("button", { name: "Try again" });
      expect(again).toHaveFocus();
      away = false;
      await person.keyboard("{Enter}");
      await waitFor(() => expect(within(list).queryByRole("alert")).not.toBeInTheDocument());
      expect(within(list).getAllByRole("listitem").length).toBeGreaterThan(1);
    },
  );

  it("that could not be loaded keeps saying so, and its button the focus, while it is asked for again", async () => {
    let asked = 0;
    let answerNow = () => {};
    serveWorld();
    server.use(
      http.get(`*${base}/calendar/${account.id}/syncs/`, async () => {
        asked += 1;
        if (asked > 1) await new Promise<void>((resolve) => (answerNow = resolve));
        return refusal(500, "internal_error", "Something broke.");
      }),
    );
    const { person, client } = await visit(`/integrations/calendars/${account.id}`);
    const failed = await screen.findByText("Syncs could not be loaded.");
    const list = screen.getByRole("region", { name: "Syncs" });
    await person.click(within(list).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(asked).toBe(2));
    expect(screen.getByText("Syncs could not be loaded.")).toBe(failed);
    expect(within(list).getByRole("button", { name: "Try again" })).toHaveFocus();
    answerNow();
    await waitFor(() => expect(client.isFetching({ queryKey: keys.syncs.all })).toBe(0));
    // a hint of the stream asks once more
    void client.invalidateQueries({ queryKey: keys.syncs.all });
    await waitFor(() => expect(asked).toBe(3));
    expect(screen.getByText("Syncs could not be loaded.")).toBe(failed);
    expect(within(list).getByText("Something broke.")).toBeInTheDocument();
    answerNow();
  });

  it("of calendars that could not be loaded is said on the account's card", async () => {
    serveWorld();
    server.use(
      http.get(`*${base}/calendar/${account.id}/calendars/`, () => refusal(500, "internal_error", "Something broke.")),
    );
    await visit("/integrations/calendars");
    const card = await screen.findByRole("region", { name: /^ada@cloud/ });
    expect(await within(card).findByText(/calendars block time could not be loaded/)).toBeInTheDocument();
  });
});
