import { describe, expect, it } from "vitest";
import { webhooks } from "@/test/world";
import { bodyOf, formOf, orderedBy, parsedHeaders } from "./webhookForm";
import { doubtsAbout, signatureBase, stateOf } from "./webhookState";

describe("an address for events", () => {
  it.each([
    ["hello", "invalid"],
    ["ftp://example.org/", "scheme"],
    ["https://ada:secret@example.org/", "credentials"],
    ["https://example.org/#here", "fragment"],
    ["http://example.org/hooks", "plain"],
    ["https://127.0.0.1/hooks", "private"],
    ["https://[::1]/", "private"],
    ["https://[fd12:3456::1]/", "private"],
    ["https://[fe80::1]/", "private"],
    ["https://[2001:db8::1]/hooks", null],
    ["https://10.example.org/hooks", null],
    ["https://127.example.org/hooks", null],
    ["https://10.1.2.3/", "private"],
    ["https://box.local/", "private"],
    ["https://localhost:8443/", "private"],
    ["https://172.20.3.4/", "private"],
    ["https://172.32.3.4/", null],
    ["https://example.org/hooks?team=1", null],
  ])("%s is %s", (url, doubt) => {
    expect(doubtsAbout(url)).toBe(doubt);
  });
});

describe("a webhook", () => {
  it("says why it is off before it says that it is", () => {
    expect(webhooks.map(stateOf)).toEqual(["troubled", "gone", "quiet"]);
  });

  it("is judged by its attempts, so that one that delivers only in the end does not work well", () => {
    const [crm] = webhooks as [(typeof webhooks)[0]];
    const judged = (change: Partial<typeof crm.stats>) => stateOf({ ...crm, stats: { ...crm.stats, ...change } });
    const flaky = { success_rate: 1, failed_24h: 0, retrying: 0, next_retry_at: null, attempts_24h: 100 };
    expect(judged({ ...flaky, failed_attempts_24h: 60 })).toBe("troubled");
    expect(judged({ ...flaky, failed_attempts_24h: 1 })).toBe("well");
    expect(judged({ ...flaky, failed_attempts_24h: 100, success_rate: null, retrying: 9 })).toBe("retrying");
  });
});

describe("a signature", () => {
  it("is made of id, time and body, whatever the case of the headers", () => {
    expect(signatureBase({ "Webhook-Id": "e1", "webhook-timestamp": "12" }, "{}")).toBe("e1.12.{}");
    expect(signatureBase({}, "{}")).toBeNull();
  });
});

describe("headers", () => {
  it("are read a line each, values with colons included", () => {
    expect(parsedHeaders("X-Team: sales\n\nAuthorization: Basic a:b\nnothing")).toEqual({
      "X-Team": "sales",
      Authorization: "Basic a:b",
    });
  });
});

describe("a form", () => {
  const [crm] = webhooks as [(typeof webhooks)[0]];

  it("sends back what it began with", () => {
    const { name, events, headers, rate_limit, ordering_key, signatures } = crm;
    expect(bodyOf(formOf(crm), events)).toMatchObject({ name, events, headers, rate_limit, ordering_key, signatures });
  });

  it("takes away what is left empty, and adds what is chosen", () => {
    const limited = { ...crm, rate_limit: 5, ordering_key: "data.booking.id" };
    expect(bodyOf({ ...formOf(limited), rate_limit: "", ordering_key: "" }, ["*"])).toMatchObject({
      rate_limit: null,
      ordering_key: null,
    });
    expect(bodyOf({ ...formOf(crm), rate_limit: "20", ed25519: true }, ["*"])).toMatchObject({
      rate_limit: 20,
      signatures: ["v1", "v1a"],
    });
  });
});

describe("an ordering key", () => {
  it.each([
    ["booking.id", "b1"],
    ["data.booking.id", "b1"],
    ["booking.seats", "2"],
    ["booking.name", null],
    ["title.id", null],
  ])("%s finds %s in an event", (key, found) => {
    expect(orderedBy({ data: { booking: { id: "b1", seats: 2 }, title: "x" } }, key)).toBe(found);
  });
});
