import { Link, useNavigate } from "@tanstack/react-router";
import { Button, ButtonLink, Card, Icon, IconButton, Monogram, Time } from "@/components/core";
import { Menu } from "@/components/core/Menu";
import { Switch } from "@/components/core/Switch";
import { useServerLang, useT } from "@/i18n";
import { accountName, providerName } from "../accountName";
import { useForceSync, useUpdateIntegration } from "../hooks/useCalendarIntegrations";
import { troubleOf } from "../status";
import type { Calendar, CalendarIntegration } from "../types";
import { IntegrationStatusMark } from "./IntegrationStatusMark";

/** `calendars`: null where they could not be loaded. */
type Props = { integration: CalendarIntegration; calendars?: readonly Calendar[] | null };

/** One connected account: its state first, then what it does, then its switches. */
export function CalendarIntegrationCard({ integration, calendars }: Props) {
  const t = useT();
  const lang = useServerLang();
  const navigate = useNavigate();
  const { id, provider_display, provider_user_id, provider_email, status, status_reason } = integration;
  const update = useUpdateIntegration(id);
  const sync = useForceSync(id);
  const params = { id };
  const trouble = troubleOf(integration);
  const broken = trouble === "reconnect" || trouble === "degraded";
  return (
    <Card aria-labelledby={`integration-${id}`} className={trouble ? "border-warn-mark/60" : undefined}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4">
        <Monogram name={provider_display} />
        <div className="min-w-0 flex-1 basis-48">
          <h2 id={`integration-${id}`} className="truncate font-semibold">
            <Link
              to="/integrations/calendars/$id"
              params={params}
              className="rounded-sm hover:text-accent hover:underline"
            >
              {accountName(integration)}
            </Link>
          </h2>
          <p className="truncate text-sm text-ink-3">
            {providerName(t, integration)}
            {provider_email && provider_email !== provider_user_id && ` · ${provider_user_id}`}
          </p>
        </div>
        <div className="flex items-center gap-1">
          <IntegrationStatusMark integration={integration} />
          <Menu
            trigger={<IconButton icon="more" label={t("card.more", { name: accountName(integration) })} />}
            items={[
              {
                label: t("calendar.details"),
                icon: "right",
                onSelect: () => void navigate({ to: "/integrations/calendars/$id", params }),
              },
              {
                label: t("calendar.reconnect"),
                icon: "link",
                onSelect: () =>
                  void navigate({ to: "/integrations/calendars/$id", params, search: { ask: "reconnect" } }),
              },
              {
                label: t("calendar.disconnect"),
                icon: "unlink",
                danger: true,
                onSelect: () =>
                  void navigate({ to: "/integrations/calendars/$id", params, search: { ask: "disconnect" } }),
              },
            ]}
          />
        </div>
      </div>
      {status_reason && status !== "disabled" && (
        <div className="mx-4 mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
          <p lang={lang} className="min-w-0 flex-1 basis-64">
            {status_reason}
          </p>
          {broken && (
            <ButtonLink
              size="sm"
              icon="link"
              to="/integrations/calendars/$id"
              params={params}
              search={{ ask: "reconnect" }}
            >
              {t("calendar.reconnect")}
            </ButtonLink>
          )}
        </div>
      )}
      {calendars && calendars.length > 0 && <CalendarDots calendars={calendars} />}
      {calendars === null && (
        <p className="flex gap-2 px-4 pb-3 text-sm text-warn">
          <Icon name="warn" size={14} className="mt-0.5" />
          {t("card.unknown")}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3 border-t border-line px-4 py-2.5">
        <Switch
          label={t("calendar.active")}
          checked={integration.is_active}
          onChange={(is_active) => update.mutate({ is_active })}
        />
        <Switch
          label={t("calendar.sync")}
          checked={integration.sync_enabled}
          disabled={!integration.is_active}
          onChange={(sync_enabled) => update.mutate({ sync_enabled })}
        />
        <p className="text-sm text-ink-3 sm:ml-auto">
          {integration.last_sync_at
            ? t.rich("calendar.last_sync", { time: <Time key="l" at={integration.last_sync_at} /> })
            : t("calendar.never_synced")}
          {integration.next_sync_at && (
            <> · {t.rich("calendar.next_sync", { time: <Time key="n" at={integration.next_sync_at} /> })}</>
          )}
        </p>
        <Button
          size="sm"
          icon="sync"
          busy={status === "syncing"}
          disabled={!integration.is_active || !integration.sync_enabled}
          onClick={() => sync.mutate({})}
        >
          {t("calendar.sync_now")}
        </Button>
      </div>
    </Card>
  );
}

const shown = 4;

function CalendarDots({ calendars }: { calendars: readonly Calendar[] }) {
  const t = useT();
  const blocking = calendars.filter((calendar) => calendar.blocks_time);
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1 px-4 pb-3 text-sm text-ink-2">
      <span>{t("card.blocks", { count: blocking.length })}</span>
      {blocking.slice(0, shown).map((calendar) => (
        <span key={calendar.id} className="inline-flex max-w-48 items-center gap-1.5">
          <Swatch color={calendar.color} />
          <span className="truncate">{calendar.name}</span>
          {calendar.is_destination && <Icon name="download" size={13} className="text-accent" />}
          {calendar.is_destination && <span className="sr-only">{t("calendar.destination")}</span>}
        </span>
      ))}
      {blocking.length > shown && <span>{t("card.and_more", { count: blocking.length - shown })}</span>}
    </p>
  );
}

/** A calendar's own colour, as its provider tells it. */
export function Swatch({ color }: { color: string | null }) {
  return (
    <span
      aria-hidden="true"
      className="size-2.5 shrink-0 rounded-[3px] border border-edge/40"
      style={{ background: color ?? "var(--span)" }}
    />
  );
}
