import { describe, expect, it } from "vitest";
import { conflicts, coverage, integrations } from "@/test/world";
import { attentionOf } from "./attention";

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
});
