import { Link } from "@tanstack/react-router";
import { ButtonLink, Card, Monogram, Section, Time } from "@/components/core";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import type { CalendarIntegration } from "../types";
import { IntegrationStatusMark } from "./IntegrationStatusMark";

export function ConnectedServices({ integrations }: { integrations: readonly CalendarIntegration[] }) {
  const t = useT();
  return (
    <Section
      id="services"
      title={t("services.title")}
      aside={
        <ButtonLink variant="quiet" size="sm" to="/integrations/calendars">
          {t("services.all")}
        </ButtonLink>
      }
    >
      <Card className="overflow-hidden">
        <ul className="divide-y divide-line">
          {integrations.map((integration) => (
            <li key={integration.id}>
              <Link
                to="/integrations/calendars/$id"
                params={{ id: integration.id }}
                className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-canvas"
              >
                <Monogram name={integration.provider_display} />
                <span className="min-w-0 flex-1 basis-32">
                  <span className="block truncate font-medium">{accountName(integration)}</span>
                  <span className="block text-sm text-ink-3">
                    {t("services.calendars", { count: integration.calendars_count })} ·{" "}
                    {integration.last_sync_at ? <Time at={integration.last_sync_at} /> : t("calendar.never_synced")}
                  </span>
                </span>
                <IntegrationStatusMark integration={integration} />
              </Link>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
