import type { Translate } from "@/i18n";
import type { CalendarIntegration } from "./types";

/** What to call an account: its email address, or its address without what only machines need. */
export function accountName(integration: Pick<CalendarIntegration, "provider_email" | "provider_user_id">): string {
  const { provider_email, provider_user_id } = integration;
  return provider_email ?? provider_user_id.replace(/^https?:\/\//, "").replace(/ \([0-9a-f]{8,}\)$/, "");
}

/** What kind of account it is: a product keeps its name, what is none is called in the reader's language. */
export function providerName(
  t: Translate,
  { provider, provider_display }: Pick<CalendarIntegration, "provider" | "provider_display">,
): string {
  return t.maybe(`service.${provider}`) ?? provider_display;
}
