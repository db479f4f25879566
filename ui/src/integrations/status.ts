import type { Tone } from "@/components/core";
import type { CalendarIntegration, CalendarState, IntegrationStatus, Severity, SyncRun } from "./types";

export const statusTone: Record<IntegrationStatus, Tone> = {
  connecting: "busy",
  connected: "well",
  syncing: "busy",
  degraded: "warn",
  needs_reauth: "bad",
  disabled: "off",
};

export type Trouble = "reconnect" | "degraded" | "failing";

/** What keeps an integration from being read: the one rule for its mark, the badge and what needs attention. */
export function troubleOf({
  status,
  is_active,
  sync_errors,
}: Pick<CalendarIntegration, "status" | "is_active" | "sync_errors">): Trouble | null {
  if (status === "needs_reauth") return "reconnect";
  if (status === "degraded") return "degraded";
  return is_active && sync_errors > 0 ? "failing" : null;
}

export const calendarTone: Record<CalendarState, Tone> = {
  never_synced: "busy",
  fresh: "well",
  stale: "warn",
  failed: "bad",
  disabled: "off",
};

export const severityTone: Record<Severity, Tone> = { high: "bad", medium: "warn", low: "off" };

export const outcomeTone: Record<SyncRun["outcome"], Tone> = { running: "busy", succeeded: "well", failed: "bad" };
