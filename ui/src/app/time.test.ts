import { describe, expect, it } from "vitest";
import { addDays, dayIn, hourMarks, instantOf, relativeParts, startOfDay, wallTimeIn } from "./time";

describe("days", () => {
  it("begin at midnight of the zone", () => {
    expect(new Date(startOfDay("2026-03-02", "Europe/Berlin")).toISOString()).toBe("2026-03-01T23:00:00.000Z");
    expect(new Date(startOfDay("2026-03-02", "Asia/Kathmandu")).toISOString()).toBe("2026-03-01T18:15:00.000Z");
  });

  it("have 23 and 25 hours when the clocks change", () => {
    const length = (day: string) =>
      (startOfDay(addDays(day, 1), "Europe/Berlin") - startOfDay(day, "Europe/Berlin")) / 3_600_000;
    expect([length("2026-03-29"), length("2026-10-25"), length("2026-03-02")]).toEqual([23, 25, 24]);
  });

  it("begin later where there is no midnight", () => {
    expect(new Date(startOfDay("2018-11-04", "America/Sao_Paulo")).toISOString()).toBe("2018-11-04T03:00:00.000Z");
  });

  it("are those of the zone, not of this machine", () => {
    expect(dayIn(Date.parse("2026-03-01T23:30:00Z"), "Europe/Berlin")).toBe("2026-03-02");
    expect(dayIn(Date.parse("2026-03-02T01:00:00Z"), "America/New_York")).toBe("2026-03-01");
  });
});

describe("relative time", () => {
  it("takes the largest unit that leaves at least one", () => {
    expect(relativeParts(-90_000)).toEqual({ value: -1, unit: "minute" });
    expect(relativeParts(3 * 86_400_000)).toEqual({ value: 3, unit: "day" });
    expect(relativeParts(-45 * 86_400_000)).toEqual({ value: -1, unit: "month" });
  });
});

describe("a time on the wall", () => {
  it("is an instant of its zone, and back", () => {
    expect(new Date(instantOf("2026-03-02T09:30", "Europe/Berlin")).toISOString()).toBe("2026-03-02T08:30:00.000Z");
    expect(wallTimeIn(Date.parse("2026-03-02T08:30:00Z"), "Asia/Kathmandu")).toBe("2026-03-02T14:15");
  });

  it("that the clocks skip is taken after the gap", () => {
    expect(new Date(instantOf("2026-03-29T02:30", "Europe/Berlin")).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });
});

describe("the marked hours of a day", () => {
  const marks = (day: string) =>
    hourMarks(startOfDay(day, "Europe/Berlin"), startOfDay(addDays(day, 1), "Europe/Berlin"), "Europe/Berlin");

  it("are quarters, except where the clocks change", () => {
    expect(marks("2026-03-02")).toEqual([0.25, 0.5, 0.75]);
    expect(marks("2026-03-29")).toEqual([5 / 23, 11 / 23, 17 / 23]);
    expect(marks("2026-10-25")).toEqual([7 / 25, 13 / 25, 19 / 25]);
  });
});
