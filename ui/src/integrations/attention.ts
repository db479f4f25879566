import type { Coverage } from "@/types";
import { type Trouble, troubleOf } from "./status";
import type { CalendarIntegration, ConflictList, Webhook } from "./types";
import { disabledBy, mostIsLost } from "./webhookState";

/** Something that a person has to do, told as cause and effect, with the one button that mends it. */
export type Attention =
  | { kind: "reconnect" | "failing" | "degraded"; harm: number; integration: CalendarIntegration }
  | { kind: "unread"; harm: number; integration: CalendarIntegration; calendars: readonly string[] }
  | { kind: "switched_off"; harm: number; integration: CalendarIntegration }
  | { kind: "double_booked" | "overlaps"; harm: number; count: number }
  | { kind: "webhook_gone" | "webhook_failing" | "webhook_troubled"; harm: number; webhook: Webhook }
  | { kind: "nothing_blocks"; harm: number };

type Known = {
  integrations: readonly CalendarIntegration[];
  coverage?: Coverage;
  conflicts?: ConflictList;
  webhooks?: readonly Webhook[];
};

function harmOf(trouble: Trouble, { sync_errors }: CalendarIntegration): number {
  return { reconnect: 100, degraded: 80, failing: 60 + Math.min(sync_errors, 9) }[trouble];
}

/**
 * What needs a person, the most harmful first: time that is shown free although nobody knows,
 * then someone in two places at once, then what will become one of these.
 */
export function attentionOf({ integrations, coverage, conflicts, webhooks = [] }: Known): Attention[] {
  const found: Attention[] = [];
  const explained = new Set<string>();
  for (const integration of integrations) {
    const trouble = troubleOf(integration);
    if (trouble) {
      found.push({ kind: trouble, harm: harmOf(trouble, integration), integration });
      explained.add(integration.id);
    } else if (integration.is_active && !integration.sync_enabled) {
      found.push({ kind: "switched_off", harm: 20, integration });
      explained.add(integration.id);
    }
  }
  const unread = new Map<string, string[]>();
  for (const calendar of coverage?.calendars ?? []) {
    const broken = calendar.state === "failed" || calendar.state === "stale";
    if (broken && !explained.has(calendar.integration_id)) {
      unread.set(calendar.integration_id, [...(unread.get(calendar.integration_id) ?? []), calendar.calendar]);
    }
  }
  for (const [id, calendars] of unread) {
    const integration = integrations.find((each) => each.id === id);
    if (integration) found.push({ kind: "unread", harm: 70, integration, calendars });
  }
  const open = conflicts ? [...conflicts.conflicts, ...conflicts.overlaps] : [];
  const high = open.filter((each) => each.severity === "high").length;
  if (high > 0) found.push({ kind: "double_booked", harm: 75, count: high });
  if (open.length > high) found.push({ kind: "overlaps", harm: 30, count: open.length - high });
  for (const webhook of webhooks) {
    if (webhook.disabled_reason)
      found.push({ kind: `webhook_${disabledBy(webhook.disabled_reason)}`, harm: 65, webhook });
    else if (mostIsLost(webhook)) found.push({ kind: "webhook_troubled", harm: 62, webhook });
  }
  const connected = integrations.some((each) => each.is_active && each.status === "connected");
  if (connected && coverage && coverage.calendars.length === 0) found.push({ kind: "nothing_blocks", harm: 50 });
  return found.sort((a, b) => b.harm - a.harm);
}
