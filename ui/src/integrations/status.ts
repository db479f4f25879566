import type { Tone } from "@/components/core";
import type { CalendarState, IntegrationStatus, Severity, SyncRun } from "./types";

export const statusTone: Record<IntegrationStatus, Tone> = {
  connecting: "busy",
  connected: "well",
  syncing: "busy",
  degraded: "warn",
  needs_reauth: "bad",
  disabled: "off",
};

export const calendarTone: Record<CalendarState, Tone> = {
  never_synced: "busy",
  fresh: "well",
  stale: "warn",
  failed: "bad",
  disabled: "off",
};

export const severityTone: Record<Severity, Tone> = { high: "bad", medium: "warn", low: "off" };

export const outcomeTone: Record<SyncRun["outcome"], Tone> = { running: "busy", succeeded: "well", failed: "bad" };
