import { useNavigate } from "@tanstack/react-router";
import { useFailure } from "@/api/useFailure";
import { Button, LoadFailed, Skeleton } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import { useDisconnect, useImpact } from "../hooks/useCalendarIntegrations";
import type { CalendarIntegration } from "../types";

/** What would go is said first; only then can it be done. */
export function DisconnectDialog({ integration, onClose }: { integration: CalendarIntegration; onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const impact = useImpact(integration.id, true);
  const failure = useFailure(impact);
  const disconnect = useDisconnect(integration);
  const name = accountName(integration);
  const go = () => {
    disconnect.mutate(integration);
    void navigate({ to: "/integrations/calendars", replace: true });
  };
  const facts = impact.data && [
    [t("disconnect.calendars"), impact.data.calendars_count],
    [t("disconnect.blocks"), impact.data.blocked_times_count],
    [t("disconnect.upcoming"), impact.data.upcoming_blocked_times_count],
    [t("disconnect.conflicts"), impact.data.open_conflicts_count],
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("disconnect.title", { name })}
      description={t("disconnect.lead")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button variant="danger" icon="unlink" disabled={!impact.data} onClick={go}>
            {t("calendar.disconnect")}
          </Button>
        </>
      }
    >
      {failure ? (
        <LoadFailed
          what={t("disconnect.impact")}
          error={failure}
          onRetry={() => void impact.refetch()}
          busy={impact.isFetching}
        />
      ) : (
        <div className="grid gap-3">
          <dl className="divide-y divide-line rounded-md border border-line">
            {facts?.map(([what, count]) => (
              <div key={what} className="flex items-baseline justify-between gap-4 px-3.5 py-1.5">
                <dt className="text-ink-2">{what}</dt>
                <dd className="font-semibold">{count}</dd>
              </div>
            )) ?? <Skeleton className="m-3 h-24" />}
          </dl>
          {impact.data?.is_destination && (
            <p className="rounded-md bg-warn-soft px-3.5 py-2 text-warn">{t("disconnect.destination")}</p>
          )}
          <p className="text-ink-2">{t("disconnect.instead")}</p>
        </div>
      )}
    </Dialog>
  );
}
