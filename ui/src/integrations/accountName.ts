import type { CalendarIntegration } from "./types";

/** What to call an account: its email address, or its address without what only machines need. */
export function accountName(integration: Pick<CalendarIntegration, "provider_email" | "provider_user_id">): string {
  const { provider_email, provider_user_id } = integration;
  return provider_email ?? provider_user_id.replace(/^https?:\/\//, "").replace(/ \([0-9a-f]{8,}\)$/, "");
}
