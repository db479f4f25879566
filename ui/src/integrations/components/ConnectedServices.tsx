import { Link } from "@tanstack/react-router";
import { ButtonLink, Card, Icon, Monogram, Section, StatusMark, Time } from "@/components/core";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import type { CalendarIntegration, Webhook } from "../types";
import { stateOf, webhookTone } from "../webhookState";
import { IntegrationStatusMark } from "./IntegrationStatusMark";

const row = "flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-canvas";

type Props = { integrations: readonly CalendarIntegration[]; webhooks: readonly Webhook[] };

/** What Linkspan reads from, and what it tells. */
export function ConnectedServices({ integrations, webhooks }: Props) {
  const t = useT();
  return (
    <Section
      id="services"
      title={t("services.title")}
      aside={
        <div className="flex flex-wrap">
          {integrations.length > 0 && (
            <ButtonLink variant="quiet" size="sm" to="/integrations/calendars">
              {t("services.all")}
            </ButtonLink>
          )}
          {webhooks.length > 0 && (
            <ButtonLink variant="quiet" size="sm" to="/integrations/webhooks">
              {t("services.all_webhooks")}
            </ButtonLink>
          )}
        </div>
      }
    >
      <Card className="overflow-hidden">
        <ul className="divide-y divide-line">
          {integrations.map((integration) => (
            <li key={integration.id}>
              <Link to="/integrations/calendars/$id" params={{ id: integration.id }} className={row}>
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
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const state = stateOf(webhook);
  const { delivered_24h, failed_attempts_24h } = webhook.stats;
  return (
    <li>
      <Link to="/integrations/webhooks/$id" params={{ id: webhook.id }} className={row}>
        <span className="grid size-9 shrink-0 place-items-center rounded-md border border-line bg-canvas text-accent">
          <Icon name="webhook" />
        </span>
        <span className="min-w-0 flex-1 basis-32">
          <span className="block truncate font-medium">{webhook.name}</span>
          <span className="block text-sm text-ink-3">
            {t("services.webhook", { delivered: delivered_24h, failed: failed_attempts_24h })}
          </span>
        </span>
        <StatusMark tone={webhookTone[state]}>{t(`webhook.state.${state}`)}</StatusMark>
      </Link>
    </li>
  );
}
