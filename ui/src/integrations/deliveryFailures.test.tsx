import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { Locale } from "@/app/preferences";
import { refusal } from "@/test/contract";
import { serveWorld, visit } from "@/test/pages";
import { server } from "@/test/server";
import { deliveries, webhooks } from "@/test/world";
import type { Delivery, Webhook } from "./types";

const hooks = "*/api/v1/integrations/webhooks";
const [crm] = webhooks as [Webhook];
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Each of 18 deliveries failed four times: none is given up, none arrived. */
const failing: Webhook = {
  ...crm,
  stats: {
    ...crm.stats,
    delivered_24h: 0,
    failed_24h: 0,
    attempts_24h: 72,
    failed_attempts_24h: 72,
    pending: 18,
    retrying: 18,
    success_rate: null,
    failures: [
      { error: "The receiver answered 500.", status: 500, count: 71, last_at: ago(150) },
      { error: "No answer within 15 seconds.", status: null, count: 1, last_at: ago(330) },
    ],
  },
};

function row(change: Partial<Delivery>): Delivery {
  return { ...(deliveries[0] as Delivery), ...change };
}

function lastAttempt(status: number | null, error: string | null, attempt: number) {
  return { started_at: ago(2), status, error, attempt, of: 6 };
}

beforeEach(serveWorld);

async function detailOf(webhook: Webhook, locale?: Locale) {
  server.use(http.get(`${hooks}/${webhook.id}/`, () => HttpResponse.json(webhook)));
  return visit(`/integrations/webhooks/${webhook.id}`, locale);
}

async function listOf(webhook: Webhook) {
  server.use(http.get(`${hooks}/`, () => HttpResponse.json([webhook])));
  await visit("/integrations/webhooks");
}

async function figure(name: string) {
  const term = await screen.findByText(name, { selector: "dt" });
  return term.nextElementSibling?.textContent;
}

describe("a row of deliveries", () => {
  it.each<[string, Partial<Delivery>]>([
    ["Retrying· 500 · attempt 4 of 6", { status: "pending", last_attempt: lastAttempt(500, "It answered 500.", 4) }],
    ["Retrying· No answer · attempt 1 of 6", { status: "pending", last_attempt: lastAttempt(null, "Silence.", 1) }],
    ["Failed· 500 · attempt 6 of 6", { status: "failed", last_attempt: lastAttempt(500, "It answered 500.", 6) }],
    ["Delivered· 204 · attempt 2 of 6", { status: "delivered", last_attempt: lastAttempt(204, null, 2) }],
    ["Pending· not tried yet", { status: "pending", attempts_count: 0, last_attempt: null }],
  ])("says what came last: %s", async (words, change) => {
    server.use(
      http.get(`${hooks}/:id/deliveries/`, () => HttpResponse.json({ results: [row(change)], next_cursor: null })),
    );
    await detailOf(crm);
    const list = await screen.findByRole("region", { name: "Deliveries" });
    expect(await within(list).findByRole("listitem")).toHaveTextContent(words);
  });
});

describe("the figures of a webhook", () => {
  it.each([
    ["the list", listOf],
    ["its own page", detailOf],
  ])("count attempts on %s where every delivery failed so far", async (_, open) => {
    await open(failing);
    expect(await figure("Success")).toBe("0%");
    expect(await figure("Attempts (24 h)")).toBe("72");
    expect(await figure("Failed attempts")).toBe("72");
    expect(await figure("Given up")).toBe("0");
    expect(screen.queryByText("Failed", { selector: "dt" })).not.toBeInTheDocument();
  });

  it("never call it 100% where an attempt failed, though all was delivered in the end", async () => {
    await listOf({
      ...crm,
      stats: { ...crm.stats, attempts_24h: 4000, failed_attempts_24h: 1, delivered_24h: 3999, success_rate: 1 },
    });
    expect(await figure("Success")).toBe("99.9%");
  });
});

describe("the failures of a webhook", () => {
  it("are grouped by their cause", async () => {
    await detailOf(failing);
    const banner = await screen.findByRole("region", { name: "Why attempts failed" });
    expect(within(banner).getByText("72 of 72 attempts failed in the last 24 hours")).toBeInTheDocument();
    expect(
      within(banner)
        .getAllByRole("listitem")
        .map((each) => each.textContent),
    ).toEqual([
      expect.stringMatching(/^HTTP 500 · 71 attempts · last 2 hr/),
      expect.stringMatching(/^No answer within 15 seconds\. · 1 attempt · last 5 hr/),
    ]);
  });

  it("are told in German", async () => {
    await detailOf(failing, "de");
    const banner = await screen.findByRole("region", { name: "Gründe der Fehlversuche" });
    expect(within(banner).getByText("72 von 72 Versuchen in den letzten 24 Stunden gescheitert")).toBeInTheDocument();
    expect(within(banner).getByRole("button", { name: "Ausstehende jetzt wiederholen (18)" })).toBeInTheDocument();
  });

  it("are not spoken of where there were none", async () => {
    await detailOf({ ...crm, stats: { ...crm.stats, failed_attempts_24h: 0, failures: [], retrying: 0 } });
    await screen.findByRole("region", { name: "Deliveries" });
    expect(screen.queryByRole("region", { name: "Why attempts failed" })).not.toBeInTheDocument();
  });
});

describe("what waits for its retry", () => {
  it("is tried at once when asked, whatever its age, and the page says how much and looks again", async () => {
    let asked: { from: string; to: string; status: string } | undefined;
    const { person } = await detailOf(failing);
    server.use(
      http.get(`${hooks}/${crm.id}/`, () =>
        HttpResponse.json(asked ? { ...crm, stats: { ...crm.stats, retrying: 0 } } : failing),
      ),
      http.post(`${hooks}/:id/replays/`, async ({ request }) => {
        asked = (await request.json()) as typeof asked;
        return HttpResponse.json({ id: crm.id, count: 18, more: false }, { status: 202 });
      }),
    );
    await person.click(await screen.findByRole("button", { name: "Retry pending now (18)" }));
    expect(await screen.findByText("18 deliveries are being tried now.")).toBeInTheDocument();
    expect(asked?.status).toBe("pending");
    const [from, to] = [Date.parse(asked?.from ?? ""), Date.parse(asked?.to ?? "")];
    expect(from).toBeLessThan(Date.now() - 30 * 24 * 3_600_000);
    expect(to).toBeGreaterThan(Date.now());
    expect(screen.queryByRole("button", { name: /Retry pending now/ })).not.toBeInTheDocument();
  });

  it("can be tried again after a refusal, which is shown", async () => {
    server.use(
      http.post(`${hooks}/:id/replays/`, () => refusal(503, "unavailable", "The database refuses connections.")),
    );
    const { person } = await detailOf(failing);
    await person.click(await screen.findByRole("button", { name: "Retry pending now (18)" }));
    expect(await screen.findByText("The database refuses connections.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Retry pending now (18)" })).toBeEnabled();
  });

  it("is not offered while the webhook is off", async () => {
    await detailOf({ ...failing, is_active: false });
    await screen.findByRole("region", { name: "Why attempts failed" });
    expect(screen.queryByRole("button", { name: /Retry pending now/ })).not.toBeInTheDocument();
  });
});
