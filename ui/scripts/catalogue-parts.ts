/** Parts of the catalogues that only some pages need, by how their ids begin; the rest is `core`. */
export const parts = {
  start: ["start.", "setup.", "invitation.", "sign_in.", "zone."],
  profile: ["profile.", "keys.", "scope.", "zone."],
  overview: [
    "overview.",
    "attention.",
    "week.",
    "services.",
    "recent.",
    "calendar.never_synced",
    "logs.failed",
    "webhook.state.",
  ],
  calendars: [
    "calendars.",
    "overview.empty",
    "card.",
    "calendar.",
    "access.",
    "policy.",
    "stale.",
    "facts.",
    "syncs.",
    "reconnect.",
    "disconnect.",
  ],
  connect: ["connect.", "provider.", "calendar.state."],
  conflicts: ["conflict.", "conflicts.", "overlap.", "severity."],
  webhooks: ["webhook.", "webhooks.", "delivery.", "event.", "json."],
  logs: ["logs.", "log_type.", "integration_type.", "json."],
  help: ["shortcuts.", "display."],
} as const satisfies Record<string, readonly string[]>;

export type Part = keyof typeof parts | "core";

export function isInPart(id: string, part: Part): boolean {
  if (part !== "core") return parts[part].some((beginning) => id.startsWith(beginning));
  return !Object.values(parts).some((beginnings) => beginnings.some((beginning) => id.startsWith(beginning)));
}
