import { useFailure } from "@/api/useFailure";
import { ButtonLink, CopyAsCurl, CopyButton, LoadFailed, Skeleton, StatusMark, Time } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { JsonTree } from "@/components/core/JsonTree";
import { useServerLang, useT } from "@/i18n";
import type { LogFilter } from "../api/integrationsApi";
import { useLog } from "../hooks/useLogs";
import type { LogEntry } from "../types";

type Props = { id: string; onClose: () => void; onFilter: (change: LogFilter) => void };

/** Values of an entry that the log can be narrowed by. */
const filterOf: Record<string, (value: string | number | boolean) => LogFilter> = {
  log_type: (value) => ({ log_type: value as LogFilter["log_type"] }),
  integration_type: (value) => ({ integration_type: value as LogFilter["integration_type"] }),
  integration_id: (value) => ({ integration_id: String(value) }),
  success: (value) => ({ success: Boolean(value) }),
  booking_id: (value) => ({ booking: String(value) }),
  "booking.id": (value) => ({ booking: String(value) }),
  "details.integration_id": (value) => ({ integration_id: String(value) }),
  created_at: (value) => ({ to: new Date(Date.parse(String(value)) + 1).toISOString() }),
};

/** One entry whole, beside the list: a press on a value narrows the list to it. */
export function LogEntryPanel({ id, onClose, onFilter }: Props) {
  const t = useT();
  const lang = useServerLang();
  const entry = useLog(id);
  const failure = useFailure(entry);
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={entry.data ? t(`log_type.${entry.data.log_type}`) : t("logs.entry")}
    >
      {failure ? (
        <LoadFailed
          what={t("logs.entry")}
          error={failure}
          onRetry={() => void entry.refetch()}
          busy={entry.isFetching}
        />
      ) : !entry.data ? (
        <div className="grid gap-3">
          <Skeleton className="h-4 w-1/2" />
          <Skeleton className="h-24" />
        </div>
      ) : (
        <div className="grid gap-4">
          <div className="flex flex-wrap items-center gap-3">
            <StatusMark tone={entry.data.success ? "well" : "bad"}>
              {t(entry.data.success ? "logs.succeeded" : "logs.failed")}
            </StatusMark>
            <span className="text-ink-2">
              <Time at={entry.data.created_at} style="full" />
            </span>
          </div>
          <p lang={lang} className="text-lg leading-snug">
            {entry.data.message}
          </p>
          <div>
            <h3 className="mb-1 text-sm text-ink-3">{t("logs.tree")}</h3>
            <div className="rounded-md border border-line bg-canvas p-3">
              <JsonTree
                value={entry.data}
                canPick={(path) => path.join(".") in filterOf}
                onPick={(path, value) => onFilter(filterOf[path.join(".")]?.(value) ?? {})}
              />
            </div>
          </div>
          <div className="flex flex-wrap gap-2">
            <Subject entry={entry.data} />
            <CopyButton text={JSON.stringify(entry.data, null, 2)} label={t("logs.copy_json")} />
            <CopyAsCurl call={{ path: `/api/v1/integrations/logs/${id}/` }} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** Where what the entry tells of can be seen and mended. */
function Subject({ entry }: { entry: LogEntry }) {
  const t = useT();
  const { log_type, integration_type, integration_id: id, details } = entry;
  const delivery = details.delivery_id;
  if (log_type === "conflict_detected" || log_type === "conflict_resolved") {
    const status = log_type === "conflict_resolved" ? ("resolved" as const) : undefined;
    return (
      <ButtonLink size="sm" to="/integrations/conflicts" search={{ status }}>
        {t("logs.show_conflicts")}
      </ButtonLink>
    );
  }
  if (!id) return null;
  if (integration_type === "webhook") {
    return (
      <ButtonLink
        size="sm"
        to="/integrations/webhooks/$id"
        params={{ id }}
        search={typeof delivery === "string" ? { delivery } : {}}
      >
        {t(typeof delivery === "string" ? "logs.show_delivery" : "logs.show_webhook")}
      </ButtonLink>
    );
  }
  return integration_type === "calendar" ? (
    <ButtonLink size="sm" to="/integrations/calendars/$id" params={{ id }}>
      {t("logs.show_account")}
    </ButtonLink>
  ) : null;
}
