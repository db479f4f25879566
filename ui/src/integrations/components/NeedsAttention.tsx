import { Button, ButtonLink, Card, Icon, Section, useKeptPlace } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { accountName } from "../accountName";
import type { Attention } from "../attention";
import { useUpdateIntegration } from "../hooks/useCalendarIntegrations";
import { useSwitchWebhook } from "../hooks/useWebhooks";

/** What a person has to do, the most harmful first: cause, effect, one button. */
export function NeedsAttention({ list }: { list: readonly Attention[] }) {
  const t = useT();
  if (list.length === 0) {
    return (
      <p className="flex items-center gap-2.5 rounded-lg border border-line bg-surface px-4 py-3">
        <Icon name="ok" className="text-good" />
        {t("attention.none")}
      </p>
    );
  }
  return (
    <Section id="attention" title={t("attention.title", { count: list.length })}>
      <Card>
        <ol className="divide-y divide-line">
          {list.map((item) => (
            <Row
              key={
                "integration" in item
                  ? `${item.kind}-${item.integration.id}`
                  : "webhook" in item
                    ? item.webhook.id
                    : item.kind
              }
              item={item}
            />
          ))}
        </ol>
      </Card>
    </Section>
  );
}

function Row({ item }: { item: Attention }) {
  const t = useT();
  const lang = useServerLang();
  const entry = useKeptPlace<HTMLLIElement>();
  const name = "integration" in item ? accountName(item.integration) : "webhook" in item ? item.webhook.name : "";
  const values = {
    name,
    count: "count" in item ? item.count : "integration" in item ? item.integration.sync_errors : 0,
    calendars: "calendars" in item ? item.calendars.join(", ") : "",
    ...("webhook" in item && { failed: item.webhook.stats.failed_24h, pending: item.webhook.stats.pending }),
  };
  const grave = item.harm >= 60;
  const reason = "integration" in item ? item.integration.status_reason : null;
  return (
    <li
      ref={entry}
      data-entry
      className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 gap-y-2 px-4 py-3 md:grid-cols-[auto_minmax(0,1fr)_auto]"
    >
      <Icon name={grave ? "bad" : "warn"} className={grave ? "mt-0.5 text-bad" : "mt-0.5 text-warn"} />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-semibold">{t(`attention.${item.kind}`, values)}</p>
        {reason && (
          <p lang={lang} className="text-ink-2">
            {reason}
          </p>
        )}
        <p className="text-ink-2">{t(`attention.${item.kind}.effect`, values)}</p>
      </div>
      <div className="max-md:col-start-2">
        <Fix item={item} />
      </div>
    </li>
  );
}

type Of<Kind extends "integration" | "webhook"> = Extract<Attention, Record<Kind, unknown>>;

/** The one button: it mends what it can, and otherwise leads to where it can be mended. */
function Fix({ item }: { item: Attention }) {
  const t = useT();
  const label = t(`attention.${item.kind}.fix`);
  if ("integration" in item) {
    if (item.kind === "switched_off") return <SyncOn item={item} label={label} />;
    const ask = item.kind === "reconnect" || item.kind === "degraded" ? ("reconnect" as const) : undefined;
    return (
      <ButtonLink
        {...lookOf(item)}
        to="/integrations/calendars/$id"
        params={{ id: item.integration.id }}
        search={{ ask }}
      >
        {label}
      </ButtonLink>
    );
  }
  if ("webhook" in item) {
    if (item.kind !== "webhook_troubled") return <WebhookOn item={item} label={label} />;
    const { id, stats } = item.webhook;
    const status = stats.failed_24h > 0 ? ("failed" as const) : ("pending" as const);
    return (
      <ButtonLink {...lookOf(item)} to="/integrations/webhooks/$id" params={{ id }} search={{ status }}>
        {label}
      </ButtonLink>
    );
  }
  return (
    <ButtonLink
      {...lookOf(item)}
      to={item.kind === "nothing_blocks" ? "/integrations/calendars" : "/integrations/conflicts"}
    >
      {label}
    </ButtonLink>
  );
}

function lookOf({ harm }: Attention) {
  return { size: "sm", variant: harm >= 60 ? "primary" : "secondary" } as const;
}

function SyncOn({ item, label }: { item: Of<"integration">; label: string }) {
  const update = useUpdateIntegration(item.integration.id);
  return (
    <Button {...lookOf(item)} busy={update.isPending} onClick={() => update.mutate({ sync_enabled: true })}>
      {label}
    </Button>
  );
}

function WebhookOn({ item, label }: { item: Of<"webhook">; label: string }) {
  const turn = useSwitchWebhook(item.webhook.id);
  return (
    <Button {...lookOf(item)} busy={turn.isPending} onClick={() => turn.mutate({ is_active: true })}>
      {label}
    </Button>
  );
}
