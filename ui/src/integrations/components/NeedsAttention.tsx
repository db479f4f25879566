import { ButtonLink, Card, Icon, Section } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { accountName } from "../accountName";
import type { Attention } from "../attention";

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
  const name = "integration" in item ? accountName(item.integration) : "webhook" in item ? item.webhook.name : "";
  const values = {
    name,
    count: "count" in item ? item.count : "integration" in item ? item.integration.sync_errors : 0,
    calendars: "calendars" in item ? item.calendars.join(", ") : "",
  };
  const grave = item.harm >= 60;
  const reason = "integration" in item ? item.integration.status_reason : null;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 gap-y-2 px-4 py-3 md:grid-cols-[auto_minmax(0,1fr)_auto]">
      <Icon name={grave ? "bad" : "warn"} className={grave ? "mt-0.5 text-bad" : "mt-0.5 text-warn"} />
      <div>
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

function Fix({ item }: { item: Attention }) {
  const t = useT();
  const label = t(`attention.${item.kind}.fix`);
  const look = { size: "sm", variant: item.harm >= 60 ? "primary" : "secondary" } as const;
  if ("integration" in item) {
    const ask = item.kind === "reconnect" || item.kind === "degraded" ? ("reconnect" as const) : undefined;
    return (
      <ButtonLink {...look} to="/integrations/calendars/$id" params={{ id: item.integration.id }} search={{ ask }}>
        {label}
      </ButtonLink>
    );
  }
  if ("webhook" in item) {
    return (
      <ButtonLink {...look} to="/integrations/webhooks/$id" params={{ id: item.webhook.id }}>
        {label}
      </ButtonLink>
    );
  }
  return (
    <ButtonLink {...look} to={item.kind === "nothing_blocks" ? "/integrations/calendars" : "/integrations/conflicts"}>
      {label}
    </ButtonLink>
  );
}
