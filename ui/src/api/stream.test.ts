import { describe, expect, it } from "vitest";
import { keys } from "./keys";
import { affected } from "./stream";

const id = "0199e0a4-6d1c-7c3a-9b1e-2f4d5a6b7c8d";

describe("a change", () => {
  it("of an integration touches that one and the list, not another", () => {
    const touched = affected({ kind: "calendar_integration", id });
    expect(touched).toContainEqual(keys.integrations.list);
    expect(touched).toContainEqual(keys.integrations.one(id));
    expect(touched).not.toContainEqual(keys.integrations.all);
  });

  it("of blocked times touches what is said about busy time only", () => {
    expect(affected({ kind: "blocked_times", id: null })).toEqual([keys.freeBusy.all]);
  });

  it("of one conflict leaves the details of others alone", () => {
    expect(affected({ kind: "conflict", id })).toEqual([["conflicts", "list"], keys.conflicts.one(id)]);
  });

  it("of a log entry does not throw away the pages that are being read", () => {
    expect(affected({ kind: "log", id })).not.toContainEqual(keys.logs.all);
  });

  it("reset touches everything", () => {
    expect(affected({ kind: "reset", id: null })).toEqual([[]]);
  });
});
