import { describe, expect, it } from "vitest";
import { undone } from "./undone";

const a = { id: "a", on: true, sync: true };
const b = { id: "b", on: true, sync: true };

describe("a change taken back", () => {
  it("leaves what has changed otherwise since", () => {
    const before = [a, b];
    const after = [{ ...a, on: false }, b];
    const now = [
      { ...a, on: false, sync: false },
      { ...b, on: false },
    ];
    expect(undone(now, before, after)).toEqual([
      { ...a, sync: false },
      { ...b, on: false },
    ]);
  });

  it("leaves a field that was changed once more", () => {
    expect(undone({ id: "a", on: 3 }, { id: "a", on: 1 }, { id: "a", on: 2 })).toEqual({ id: "a", on: 3 });
  });

  it("puts back what it took from a list, where it was, and nothing that others took", () => {
    const c = { id: "c" };
    expect(undone([c], [a, b, c], [a, c])).toEqual([b, c]);
    expect(undone([a, c], [a, b, c], [a, c])).toEqual([a, b, c]);
    expect(undone([{ id: "new" }, a], [a, b], [a])).toEqual([{ id: "new" }, a, b]);
  });

  it("works within, as in a policy of several fields", () => {
    const before = { id: "a", policy: { all_day: "busy", free: "free" } };
    const after = { id: "a", policy: { all_day: "free", free: "free" } };
    const now = { id: "a", policy: { all_day: "free", free: "busy" } };
    expect(undone(now, before, after)).toEqual({ id: "a", policy: { all_day: "busy", free: "busy" } });
  });
});
