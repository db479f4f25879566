import { describe, expect, it } from "vitest";
import { conflicts, coverage, integrations, webhooks } from "@/test/world";
import { attentionOf } from "./attention";
import { troubleOf } from "./status";
import type { CalendarIntegration } from "./types";

const [well, broken] = integrations as [(typeof integrations)[0], (typeof integrations)[0]];

describe("what needs a person", () => {
  it("begins with time that is shown free although nobody knows", () => {
    const list = attentionOf({ integrations, coverage, conflicts });
    expect(list.map((each) => each.kind)).toEqual(["reconnect", "double_booked", "overlaps"]);
  });

  it("does not tell twice what one broken account causes", () => {
    const list = attentionOf({ integrations: [broken], coverage });
    expect(list).toHaveLength(1);
  });

  it("names calendars that fail although their account looks well", () => {
    const failing = {
      ...coverage,
      calendars: coverage.calendars.map((each) => ({ ...each, integration_id: well.id })),
    };
    expect(attentionOf({ integrations: [well], coverage: failing })[0]).toMatchObject({
      kind: "unread",
      calendars: ["Private"],
    });
  });

  it("is nothing when everything works", () => {
    const fresh = { complete: true, calendars: coverage.calendars.slice(0, 1) };
    expect(
      attentionOf({ integrations: [well], coverage: fresh, conflicts: { ...conflicts, conflicts: [], overlaps: [] } }),
    ).toEqual([]);
  });

  it("says so when no calendar blocks time at all", () => {
    const none = { complete: true, calendars: [] };
    expect(attentionOf({ integrations: [well], coverage: none }).map((each) => each.kind)).toEqual(["nothing_blocks"]);
  });

  it("tells of a webhook whose events do not arrive before it is switched off, by its harm", () => {
    const [crm, gone] = webhooks as [(typeof webhooks)[0], (typeof webhooks)[0]];
    const stats = (change: Partial<typeof crm.stats>) => ({ ...crm, stats: { ...crm.stats, ...change } });
    const kinds = (webhook: typeof crm) => attentionOf({ integrations: [], webhooks: [webhook] }).map((it) => it.kind);
    expect(kinds(crm)).toEqual([]);
    expect(kinds(stats({ failed_24h: 3, success_rate: 0.4 }))).toEqual(["webhook_troubled"]);
    expect(kinds(stats({ delivered_24h: 0, failed_24h: 0, success_rate: null }))).toEqual(["webhook_troubled"]);
    expect(kinds({ ...stats({ failed_24h: 3, success_rate: 0 }), is_active: false })).toEqual([]);
    const both = [stats({ failed_24h: 3, success_rate: 0 }), gone];
    expect(attentionOf({ integrations: [], webhooks: both }).map((it) => it.kind)).toEqual([
      "webhook_gone",
      "webhook_troubled",
    ]);
  });

  it("agrees with the badge and the mark on a feed that fails and is still called connected", () => {
    const feed = { ...integrations[0], status: "connected", sync_errors: 4 } as CalendarIntegration;
    expect(troubleOf(feed)).toBe("failing");
    expect(attentionOf({ integrations: [feed] }).map(({ kind }) => kind)).toEqual(["failing"]);
    expect(troubleOf({ ...feed, sync_errors: 0 })).toBeNull();
    expect(troubleOf({ ...feed, is_active: false, status: "disabled" })).toBeNull();
  });
});
