import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useFailure } from "@/api/useFailure";
import {
  Boundary,
  Card,
  CardSkeleton,
  CopyAsCurl,
  EmptyState,
  LoadFailed,
  PageHeader,
  Skeleton,
  Time,
} from "@/components/core";
import { useT } from "@/i18n";
import { attentionOf } from "../attention";
import { ConnectedServices } from "../components/ConnectedServices";
import { ConnectIntegrationButton, ConnectPlace } from "../components/ConnectIntegrationButton";
import { NeedsAttention } from "../components/NeedsAttention";
import { RecentActivity } from "../components/RecentActivity";
import { WeekRibbon } from "../components/WeekRibbon";
import { useCalendarIntegrations } from "../hooks/useCalendarIntegrations";
import { useConflicts } from "../hooks/useConflicts";
import { useWeek } from "../hooks/useFreeBusy";
import { useRecentLogs } from "../hooks/useLogs";
import { useWebhooks } from "../hooks/useWebhooks";

const route = getRouteApi("/app/integrations");

export function IntegrationsOverview() {
  const t = useT();
  const { connect } = route.useSearch();
  const integrations = useCalendarIntegrations();
  const failure = useFailure(integrations);
  const webhooks = useWebhooks();
  // asked for by what is shown once there are integrations; waiting for those would cost a round trip more
  useWeek();
  const recent = useRecentLogs();
  const none = integrations.data?.length === 0;
  return (
    <>
      <PageHeader
        title={t("overview.title")}
        lead={
          integrations.data && !none
            ? t.rich("overview.lead", {
                time: <Time key="t" at={new Date(integrations.dataUpdatedAt).toISOString()} />,
              })
            : undefined
        }
        actions={
          !none && (
            <>
              <CopyAsCurl call={{ path: "/api/v1/integrations/calendar/" }} />
              <ConnectIntegrationButton />
            </>
          )
        }
      />
      {failure ? (
        <LoadFailed
          what={t("services.title")}
          error={failure}
          onRetry={() => void integrations.refetch()}
          busy={integrations.isFetching}
        />
      ) : !integrations.data ? (
        <CardSkeleton cards={3} />
      ) : (
        <div className="grid gap-7">
          {none && (
            <Card>
              <EmptyState
                title={t("overview.empty")}
                action={<ConnectIntegrationButton label={t("overview.empty_action")} />}
              >
                {t("overview.empty_lead")}
              </EmptyState>
            </Card>
          )}
          <Boundary what={t("attention.name")}>
            <Attention quiet={none ?? false} />
          </Boundary>
          {!none && (
            <Boundary what={t("week.title")}>
              <WeekRibbon />
            </Boundary>
          )}
          <div className="grid items-start gap-7 lg:grid-cols-2">
            {(!none || (webhooks.data?.length ?? 0) > 0) && (
              <Boundary what={t("services.title")}>
                <ConnectedServices integrations={integrations.data} webhooks={webhooks.data ?? []} />
              </Boundary>
            )}
            {(!none || recent.isError || (recent.data?.results.length ?? 0) > 0) && (
              <Boundary what={t("recent.title")}>
                <RecentActivity />
              </Boundary>
            )}
          </div>
        </div>
      )}
      <ConnectPlace start={connect} />
    </>
  );
}

/** `quiet`: where no calendar is connected, that nothing needs a person is not worth saying. */
function Attention({ quiet }: { quiet: boolean }) {
  const t = useT();
  const integrations = useCalendarIntegrations();
  const conflicts = useConflicts({ status: "open" });
  const webhooks = useWebhooks();
  const { answer: week } = useWeek();
  const list = useMemo(
    () =>
      attentionOf({
        integrations: integrations.data ?? [],
        coverage: week.data?.coverage,
        conflicts: conflicts.data,
        webhooks: webhooks.data,
      }),
    [integrations.data, week.data, conflicts.data, webhooks.data],
  );
  const conflictsFailure = useFailure(conflicts);
  const webhooksFailure = useFailure(webhooks);
  // the week says for itself that it could not be loaded
  const failed = conflictsFailure ?? webhooksFailure;
  // "nothing needs you" is an answer too, and must not be given before it is known
  const unknown = [week, conflicts, webhooks].filter((each) => !each.data);
  return (
    <div className="grid gap-3">
      {(list.length > 0 || (unknown.length === 0 && !quiet)) && <NeedsAttention list={list} />}
      {failed ? (
        <LoadFailed
          what={t("attention.name")}
          error={failed}
          onRetry={() => unknown.forEach((each) => void each.refetch())}
          busy={unknown.some((each) => each.isFetching)}
        />
      ) : (
        list.length === 0 &&
        !quiet &&
        unknown.some((each) => each.isPending) && <Skeleton className="h-11.5 rounded-lg" />
      )}
    </div>
  );
}
