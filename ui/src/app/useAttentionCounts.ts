import { useCalendarIntegrations } from "@/integrations/hooks/useCalendarIntegrations";
import { useConflicts } from "@/integrations/hooks/useConflicts";
import { useWebhooks } from "@/integrations/hooks/useWebhooks";
import { troubleOf } from "@/integrations/status";
import { mostIsLost } from "@/integrations/webhookState";

/** How many things wait behind each place of the navigation. */
export function useAttentionCounts(): { calendars: number; conflicts: number; webhooks: number } {
  const integrations = useCalendarIntegrations();
  const conflicts = useConflicts({ status: "open" });
  const webhooks = useWebhooks();
  const broken = integrations.data?.filter((each) => troubleOf(each) !== null).length;
  return {
    calendars: broken ?? 0,
    webhooks: webhooks.data?.filter((each) => each.disabled_reason !== null || mostIsLost(each)).length ?? 0,
    conflicts: (conflicts.data?.conflicts.length ?? 0) + (conflicts.data?.overlaps.length ?? 0),
  };
}
