import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import { useClock } from "./time";

function Span({ start, end }: { start: string; end: string }) {
  return <p>{useClock().span({ start, end })}</p>;
}

function Length({ minutes }: { minutes: number }) {
  return <p>{useClock().length(minutes)}</p>;
}

describe("a length of time", () => {
  it.each([
    [0, "0 mins"],
    [45, "45 mins"],
    [60, "1 hr"],
    [570, "9 hrs 30 mins"],
    [2 * 1440 + 1, "2 days 1 min"],
  ])("of %s minutes is said as %s", async (minutes, said) => {
    await show(<Length minutes={minutes} />);
    expect(await screen.findByText(said)).toBeInTheDocument();
  });
});

describe("a stretch of time", () => {
  it.each([
    ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "10:00–11:00"],
    ["2026-03-02T22:00:00Z", "2026-03-02T23:00:00Z", "23:00–00:00"],
    ["2026-03-02T22:00:00Z", "2026-03-03T01:00:00Z", "Mon 2 Mar, 23:00 – Tue 3 Mar, 02:00"],
    ["2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z", "all day"],
    ["2026-03-01T23:00:00Z", "2026-03-04T23:00:00Z", "Mon 2 Mar – Wed 4 Mar, all day"],
    // a day of 23 hours is a whole day too
    ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "all day"],
  ])("from %s to %s is said as %s", async (start, end, said) => {
    const { container } = await show(<Span start={start} end={end} />);
    await screen.findByText(/\S/);
    expect(container.querySelector("p")?.textContent?.replaceAll(",", "")).toBe(said.replaceAll(",", ""));
  });
});
