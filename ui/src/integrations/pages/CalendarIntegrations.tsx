import { getRouteApi } from "@tanstack/react-router";
import { useFailure } from "@/api/useFailure";
import { Boundary, Card, CardSkeleton, CopyAsCurl, EmptyState, LoadFailed, PageHeader } from "@/components/core";
import { useT } from "@/i18n";
import { providerName } from "../accountName";
import { CalendarIntegrationCard } from "../components/CalendarIntegrationCard";
import { ConnectIntegrationButton, ConnectPlace } from "../components/ConnectIntegrationButton";
import { useAllCalendars, useCalendarIntegrations } from "../hooks/useCalendarIntegrations";

const route = getRouteApi("/app/integrations/calendars");

export function CalendarIntegrations() {
  const t = useT();
  const { connect } = route.useSearch();
  const integrations = useCalendarIntegrations();
  const failure = useFailure(integrations);
  const calendars = useAllCalendars(integrations.data?.map((each) => each.id) ?? []);
  const none = integrations.data?.length === 0;
  return (
    <>
      <PageHeader
        title={t("calendars.title")}
        lead={t("calendars.lead")}
        actions={
          <>
            <CopyAsCurl call={{ path: "/api/v1/integrations/calendar/" }} />
            {!none && <ConnectIntegrationButton />}
          </>
        }
      />
      {failure ? (
        <LoadFailed
          what={t("calendars.title")}
          error={failure}
          onRetry={() => void integrations.refetch()}
          busy={integrations.isFetching}
        />
      ) : !integrations.data ? (
        <CardSkeleton cards={3} />
      ) : none ? (
        <Card>
          <EmptyState
            title={t("overview.empty")}
            action={<ConnectIntegrationButton label={t("overview.empty_action")} />}
          >
            {t("overview.empty_lead")}
          </EmptyState>
        </Card>
      ) : (
        <ul className="grid gap-3">
          {integrations.data.map((integration) => (
            <li key={integration.id}>
              <Boundary what={providerName(t, integration)}>
                <CalendarIntegrationCard integration={integration} calendars={calendars.get(integration.id)} />
              </Boundary>
            </li>
          ))}
        </ul>
      )}
      <ConnectPlace start={connect} />
    </>
  );
}
