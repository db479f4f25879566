import { StatusMark } from "@/components/core";
import { useT } from "@/i18n";
import { statusTone } from "../status";
import type { CalendarIntegration } from "../types";

export function IntegrationStatusMark({ integration }: { integration: Pick<CalendarIntegration, "status"> }) {
  const t = useT();
  return <StatusMark tone={statusTone[integration.status]}>{t(`status.${integration.status}`)}</StatusMark>;
}
