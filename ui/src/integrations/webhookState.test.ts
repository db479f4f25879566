import { describe, expect, it } from "vitest";
import { deliveries, now, webhooks } from "@/test/world";
import { slicesOf } from "./components/ReplayDialog";
import { parsedHeaders } from "./components/WebhookForm";
import { byHour, doubtsAbout, signatureBase, stateOf } from "./webhookState";

describe("an address for events", () => {
  it.each([
    ["hello", "invalid"],
    ["ftp://example.org/", "scheme"],
    ["https://ada:secret@example.org/", "credentials"],
    ["https://example.org/#here", "fragment"],
    ["http://example.org/hooks", "plain"],
    ["https://127.0.0.1/hooks", "private"],
    ["https://[::1]/", "private"],
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

  it("has a strip of 24 hours, empty ones included", () => {
    const hours = byHour(deliveries, now);
    expect(hours).toHaveLength(24);
    expect(hours.reduce((sum, each) => sum + each.delivered + each.failed + each.pending, 0)).toBe(deliveries.length);
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

describe("a replay", () => {
  it("is cut into parts that touch and leave nothing out", () => {
    const parts = slicesOf(0, 3_600_000, 12);
    expect(parts[0]?.from).toBe("1970-01-01T00:00:00.000Z");
    expect(parts.at(-1)?.to).toBe("1970-01-01T01:00:00.000Z");
    for (let at = 1; at < parts.length; at++) expect(parts[at]?.from).toBe(parts[at - 1]?.to);
  });
});
