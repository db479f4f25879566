import { Link } from "@tanstack/react-router";
import { useIntl } from "react-intl";
import { Card, StatusMark } from "@/components/core";
import { Switch } from "@/components/core/Switch";
import { useT } from "@/i18n";
import { useSwitchWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { disabledBy, stateOf, successOf, webhookTone } from "../webhookState";
import { Countdown } from "./Countdown";
import { DeliveryStrip } from "./DeliveryStrip";

/** One webhook: how it fares first, then where it goes and what it hears of. */
export function WebhookIntegrationCard({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const turn = useSwitchWebhook(webhook.id);
  const state = stateOf(webhook);
  const { id, name, webhook_url, events } = webhook;
  return (
    <Card aria-labelledby={`webhook-${id}`} className={webhook.disabled_reason ? "border-warn-mark/60" : undefined}>
      <div className="grid gap-x-6 gap-y-3 p-4 md:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={`webhook-${id}`} className="min-w-0 font-semibold wrap-anywhere">
              <Link
                to="/integrations/webhooks/$id"
                params={{ id }}
                className="rounded-sm hover:text-accent hover:underline"
              >
                {name}
              </Link>
            </h2>
            <StatusMark tone={webhookTone[state]}>{t(`webhook.state.${state}`)}</StatusMark>
          </div>
          <p className="mt-0.5 truncate font-mono text-sm text-ink-3">{webhook_url}</p>
          <p className="mt-1 text-sm text-ink-2">
            {events.includes("*") ? t("webhook.all_events") : events.join(", ")}
          </p>
        </div>
        <DeliveryStrip stats={webhook.stats} />
      </div>
      {webhook.disabled_reason && (
        <p className="mx-4 mb-3 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {t(`webhook.disabled.${disabledBy(webhook.disabled_reason)}`)}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-line px-4 py-2.5">
        <Switch
          label={t("webhook.active")}
          checked={webhook.is_active}
          onChange={(is_active) => turn.mutate({ is_active })}
        />
        <WebhookNumbers webhook={webhook} />
      </div>
    </Card>
  );
}

/** How the attempts of a day went, speed, and what is still to come. */
export function WebhookNumbers({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const intl = useIntl();
  const { attempts_24h, failed_attempts_24h, p95_ms, pending, next_retry_at, failed_24h } = webhook.stats;
  const success = successOf(webhook.stats);
  const none = "–";
  const numbers = [
    [
      t("webhook.success"),
      success === null ? none : intl.formatNumber(success, { style: "percent", maximumFractionDigits: 1 }),
    ],
    [t("webhook.attempts"), intl.formatNumber(attempts_24h)],
    [t("webhook.failed_attempts"), intl.formatNumber(failed_attempts_24h)],
    [t("webhook.given_up"), intl.formatNumber(failed_24h)],
    [
      t("webhook.p95"),
      p95_ms === null ? none : intl.formatNumber(p95_ms, { style: "unit", unit: "millisecond", unitDisplay: "short" }),
    ],
    [t("webhook.pending"), intl.formatNumber(pending)],
  ] as const;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm md:ml-auto">
      {numbers.map(([what, value]) => (
        <div key={what} className="flex gap-1.5">
          <dt className="text-ink-3">{what}</dt>
          <dd className="font-semibold">{value}</dd>
        </div>
      ))}
      {next_retry_at && (
        <div className="flex gap-1.5">
          <dt className="text-ink-3">{t("webhook.next_retry")}</dt>
          <dd className="font-semibold">
            <Countdown until={next_retry_at} />
          </dd>
        </div>
      )}
    </dl>
  );
}
