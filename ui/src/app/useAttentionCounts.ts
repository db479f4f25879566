import { useCalendarIntegrations } from "@/integrations/hooks/useCalendarIntegrations";
import { useConflicts } from "@/integrations/hooks/useConflicts";

/** How many things wait behind each place of the navigation. */
export function useAttentionCounts(): { calendars: number; conflicts: number } {
  const integrations = useCalendarIntegrations();
  const conflicts = useConflicts({ status: "open" });
  const broken = integrations.data?.filter(({ status }) => status === "needs_reauth" || status === "degraded").length;
  return {
    calendars: broken ?? 0,
    conflicts: (conflicts.data?.conflicts.length ?? 0) + (conflicts.data?.overlaps.length ?? 0),
  };
}
