import { StatusMark } from "@/components/core";
import { useT } from "@/i18n";
import { statusTone, troubleOf } from "../status";
import type { CalendarIntegration } from "../types";

type Props = { integration: Pick<CalendarIntegration, "status" | "is_active" | "sync_errors"> };

export function IntegrationStatusMark({ integration }: Props) {
  const t = useT();
  const { status, sync_errors } = integration;
  if (troubleOf(integration) === "failing")
    return <StatusMark tone="warn">{t("status.failing", { count: sync_errors })}</StatusMark>;
  return <StatusMark tone={statusTone[status]}>{t(`status.${status}`)}</StatusMark>;
}
