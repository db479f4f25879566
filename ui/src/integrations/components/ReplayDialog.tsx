import { useState } from "react";
import { useFailure } from "@/api/useFailure";
import { Button, FormProblem, LoadFailed, LoadingSpinner, SelectField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { useCancelReplay, useEstimate, useReplay, useStartReplay } from "../hooks/useReplays";
import type { ReplayStatus, Webhook } from "../types";

const ranges = [1, 24, 24 * 7, 24 * 30] as const;
/** The words for a replay's status, of the three that there are. */
function progressOf(status: string) {
  return `webhook.progress.${status === "done" || status === "cancelled" ? status : "running"}` as const;
}

const statuses: readonly ReplayStatus[] = ["failed", "pending", "missed", "delivered", "all"];

/** Sends a stretch of time again: how much that is first, then how far it is, and a way to stop. */
export function ReplayDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const { failed_24h, retrying } = webhook.stats;
  const [hours, setHours] = useState<number>(24);
  const [status, setStatus] = useState<ReplayStatus>(failed_24h === 0 && retrying > 0 ? "pending" : "failed");
  const start = useStartReplay(webhook.id);
  // one that was begun before goes on without this dialog, and can be watched again
  const { list, replay } = useReplay(webhook.id, start.data?.id);
  const cancel = useCancelReplay(webhook.id);
  const estimate = useEstimate(webhook.id, hours, status);
  const running = start.isPending || replay?.status === "running";
  const finished = start.isSuccess && replay !== undefined && !running;
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("webhook.replay")}
      description={t("webhook.replay_lead")}
      footer={
        <>
          {replay?.status === "running" && (
            <Button variant="danger" busy={cancel.isPending} onClick={() => cancel.mutate(replay.id)}>
              {t("webhook.replay_cancel")}
            </Button>
          )}
          <Button onClick={onClose}>{t("action.close")}</Button>
          {!finished && (
            <Button
              variant="primary"
              busy={running}
              disabled={!webhook.is_active || (!running && estimate.data?.count === 0)}
              onClick={() => start.mutate({ hours, status })}
            >
              {t("webhook.replay_now")}
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {start.isError && <FormProblem error={start.error} />}
        {cancel.isError && <FormProblem error={cancel.error} />}
        {list.isError && (
          <LoadFailed
            what={t("webhook.replays")}
            error={list.error}
            onRetry={() => void list.refetch()}
            busy={list.isRefetching}
          />
        )}
        <SelectField
          label={t("webhook.replay_what")}
          value={status}
          disabled={running}
          onChange={(event) => setStatus(event.target.value as ReplayStatus)}
        >
          {statuses.map((each) => (
            <option key={each} value={each}>
              {t(`webhook.replay.${each}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("webhook.replay_since")}
          value={hours}
          disabled={running}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          {ranges.map((each) => (
            <option key={each} value={each}>
              {each < 48 ? t("webhook.last_hours", { count: each }) : t("webhook.last_days", { count: each / 24 })}
            </option>
          ))}
        </SelectField>
        <div aria-live="polite">
          {!webhook.is_active ? (
            <p className="text-warn">{t("delivery.switched_off")}</p>
          ) : replay && (running || start.isSuccess) ? (
            <>
              <progress
                className="h-2 w-full accent-accent"
                max={Math.max(replay.total, 1)}
                value={replay.total - replay.pending}
                aria-label={t("webhook.replay")}
              />
              <p className="mt-1">
                {t(progressOf(replay.status), {
                  done: replay.delivered + replay.failed,
                  count: replay.total,
                  failed: replay.failed,
                })}
              </p>
            </>
          ) : (
            <Estimate estimate={estimate} />
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Estimate({ estimate }: { estimate: ReturnType<typeof useEstimate> }) {
  const t = useT();
  const failure = useFailure(estimate);
  if (failure) {
    return (
      <LoadFailed
        what={t("webhook.estimate_name")}
        error={failure}
        onRetry={() => void estimate.refetch()}
        busy={estimate.isFetching}
      />
    );
  }
  if (!estimate.data) {
    return (
      <p className="flex items-center gap-2 text-ink-2">
        <LoadingSpinner size={14} /> {t("webhook.counting")}
      </p>
    );
  }
  const { count, seconds } = estimate.data;
  return (
    <p>
      {t("webhook.estimate", { count })}
      {count > 0 && ` ${t("webhook.estimate_time", { count: Math.ceil(seconds / 60) })}`}
    </p>
  );
}
