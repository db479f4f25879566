import { describe, expect, it } from "vitest";
import { addDays, dayIn, relativeParts, startOfDay } from "./time";

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
