import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/problem";
import { useFailure } from "@/api/useFailure";
import {
  Boundary,
  Button,
  ButtonLink,
  Card,
  CardSkeleton,
  CopyAsCurl,
  EmptyState,
  Icon,
  IconButton,
  Later,
  LoadFailed,
  onDemand,
  PageHeader,
  Section,
  TableSkeleton,
  Time,
} from "@/components/core";
import { Menu } from "@/components/core/Menu";
import { Switch } from "@/components/core/Switch";
import { useServerLang, useT, withWords } from "@/i18n";
import { accountName, providerName } from "../accountName";
import { CalendarChoices } from "../components/CalendarChoices";
import { IntegrationStatusMark } from "../components/IntegrationStatusMark";
import { SyncHistory } from "../components/SyncHistory";
import {
  useCalendarIntegration,
  useCalendars,
  useForceSync,
  useUpdateIntegration,
} from "../hooks/useCalendarIntegrations";
import type { CalendarIntegration } from "../types";

const ReconnectDialog = onDemand(() =>
  withWords("connect", import("../components/ReconnectDialog")).then((m) => m.ReconnectDialog),
);
const DisconnectDialog = onDemand(() => import("../components/DisconnectDialog").then((m) => m.DisconnectDialog));

const route = getRouteApi("/app/integrations/calendars/$id");

export function CalendarDetail() {
  const t = useT();
  const { id } = route.useParams();
  const { ask } = route.useSearch();
  const navigate = useNavigate();
  const integration = useCalendarIntegration(id);
  const failure = useFailure(integration);
  const close = () => void navigate({ to: ".", search: {}, replace: true });
  const back = (
    <Link
      to="/integrations/calendars"
      className="mb-2 inline-flex items-center gap-1 rounded-sm text-sm text-ink-2 hover:text-accent"
    >
      <Icon name="left" size={13} /> {t("nav.calendars")}
    </Link>
  );
  if (!integration.data && !failure) {
    return (
      <>
        <PageHeader title={t("calendar.one")} above={back} />
        <CardSkeleton cards={3} />
      </>
    );
  }
  const error = failure ?? integration.error;
  const gone = error instanceof ApiProblem && error.problem.status === 404;
  if (gone || !integration.data) {
    return (
      <>
        <PageHeader title={t("calendar.one")} above={back} />
        {gone ? (
          <Card>
            <EmptyState
              title={t("calendar.gone")}
              action={<ButtonLink to="/integrations/calendars">{t("nav.calendars")}</ButtonLink>}
            >
              {t("calendar.gone_lead")}
            </EmptyState>
          </Card>
        ) : (
          <LoadFailed
            what={t("calendar.one")}
            error={failure}
            onRetry={() => void integration.refetch()}
            busy={integration.isFetching}
          />
        )}
      </>
    );
  }
  const it = integration.data;
  return (
    <>
      <Head integration={it} above={back} />
      <div className="grid gap-7">
        <Boundary what={t("facts.title")}>
          <State integration={it} />
        </Boundary>
        <Boundary what={t("calendar.choices")}>
          <Choices integration={it} />
        </Boundary>
      </div>
      <Later asked={ask} onClose={close}>
        {ask === "reconnect" && <ReconnectDialog integration={it} onClose={close} />}
        {ask === "disconnect" && <DisconnectDialog integration={it} onClose={close} />}
      </Later>
    </>
  );
}

function Head({ integration, above }: { integration: CalendarIntegration; above: ReactNode }) {
  const t = useT();
  const navigate = useNavigate();
  const { id, status } = integration;
  const sync = useForceSync(id);
  const ask = (what: "reconnect" | "disconnect") => void navigate({ to: ".", search: { ask: what } });
  return (
    <PageHeader
      above={above}
      title={accountName(integration)}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {providerName(t, integration)}
          <IntegrationStatusMark integration={integration} />
        </span>
      }
      actions={
        <>
          <CopyAsCurl call={{ path: `/api/v1/integrations/calendar/${id}/` }} />
          <Button
            icon="sync"
            busy={status === "syncing"}
            disabled={!integration.is_active || !integration.sync_enabled}
            onClick={() => sync.mutate({})}
          >
            {t("calendar.sync_now")}
          </Button>
          <Button
            icon="link"
            variant={status === "needs_reauth" ? "primary" : "secondary"}
            onClick={() => ask("reconnect")}
          >
            {t("calendar.reconnect")}
          </Button>
          <Menu
            trigger={<IconButton icon="more" label={t("card.more", { name: accountName(integration) })} />}
            items={[
              {
                label: t("calendar.full_sync"),
                icon: "sync",
                disabled: !integration.is_active || !integration.sync_enabled,
                onSelect: () => sync.mutate({ full: true }),
              },
              {
                label: t("calendar.show_logs"),
                icon: "log",
                onSelect: () => void navigate({ to: "/integrations/logs", search: { integration_id: id } }),
              },
              { label: t("calendar.disconnect"), icon: "unlink", danger: true, onSelect: () => ask("disconnect") },
            ]}
          />
        </>
      }
    />
  );
}

function State({ integration }: { integration: CalendarIntegration }) {
  const t = useT();
  const lang = useServerLang();
  const update = useUpdateIntegration(integration.id);
  const facts: [string, ReactNode][] = [
    [
      t("facts.last"),
      integration.last_sync_at ? <Time key="last" at={integration.last_sync_at} /> : t("calendar.never_synced"),
    ],
    [
      t("facts.next"),
      integration.next_sync_at ? <Time key="next" at={integration.next_sync_at} /> : t("facts.none_due"),
    ],
    [t("facts.errors"), integration.sync_errors],
    [t("facts.account"), integration.provider_user_id],
    [t("facts.since"), <Time key="since" at={integration.created_at} />],
  ];
  return (
    <Card aria-label={t("facts.title")}>
      {integration.status_reason && (
        <p lang={lang} className="flex gap-2 rounded-t-lg border-b border-line bg-warn-soft px-4 py-2.5 text-warn">
          <Icon name="warn" className="mt-0.5" />
          {integration.status_reason}
        </p>
      )}
      <div className="grid gap-x-8 gap-y-4 p-4 md:grid-cols-[1fr_auto]">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
          {facts.map(([what, value]) => (
            <div key={what} className="min-w-0">
              <dt className="text-sm text-ink-3">{what}</dt>
              <dd className="font-medium break-words">{value}</dd>
            </div>
          ))}
        </dl>
        <div className="grid content-start gap-3">
          <Switch
            label={t("calendar.active")}
            help={t("calendar.active_help")}
            checked={integration.is_active}
            onChange={(is_active) => update.mutate({ is_active })}
          />
          <Switch
            label={t("calendar.sync")}
            help={t("calendar.sync_help")}
            checked={integration.sync_enabled}
            disabled={!integration.is_active}
            onChange={(sync_enabled) => update.mutate({ sync_enabled })}
          />
        </div>
      </div>
    </Card>
  );
}

/** What it reads from, and how that went. */
function Choices({ integration }: { integration: CalendarIntegration }) {
  const t = useT();
  const calendars = useCalendars(integration.id);
  const failure = useFailure(calendars);
  return (
    <>
      <Section id="calendars" title={t("calendar.choices")}>
        {failure ? (
          <LoadFailed
            what={t("calendar.choices")}
            error={failure}
            onRetry={() => void calendars.refetch()}
            busy={calendars.isFetching}
          />
        ) : (
          <Card className="overflow-hidden">
            {!calendars.data ? (
              <TableSkeleton rows={3} />
            ) : calendars.data.length === 0 ? (
              <EmptyState quiet title={t("calendar.no_calendars")} />
            ) : (
              <ul className="divide-y divide-line">
                {calendars.data.map((calendar) => (
                  <CalendarChoices key={calendar.id} integrationId={integration.id} calendar={calendar} />
                ))}
              </ul>
            )}
          </Card>
        )}
      </Section>
      <Boundary what={t("syncs.title")}>
        <SyncHistory integrationId={integration.id} calendars={calendars.data ?? []} />
      </Boundary>
    </>
  );
}
