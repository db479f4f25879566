import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { keys } from "@/api/keys";
import { Button, FormProblem, LoadingSpinner, SelectField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { integrationsApi as api } from "../api/integrationsApi";
import type { ReplayStatus, Webhook } from "../types";

const ranges = [1, 24, 24 * 7, 24 * 30] as const;
const statuses: readonly ReplayStatus[] = ["failed", "missed", "delivered", "all"];
const slices = 12;
const pages = 5;

type Progress = { done: number; queued: number; state: "running" | "cancelled" | "finished" };

/** The stretch in parts, oldest first, so that there is something to watch and something to cancel. */
export function slicesOf(from: number, to: number, count: number): { from: string; to: string }[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, at) => ({
    from: new Date(Math.round(from + at * step)).toISOString(),
    to: new Date(Math.round(from + (at + 1) * step)).toISOString(),
  }));
}

/** Sends a stretch of time again: how much that is first, then how far it is, and a way to stop. */
export function ReplayDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [hours, setHours] = useState<number>(24);
  const [status, setStatus] = useState<ReplayStatus>("failed");
  const [progress, setProgress] = useState<Progress | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const cancelled = useRef(false);
  const estimate = useEstimate(webhook.id, hours, status);
  const running = progress?.state === "running";

  const go = async () => {
    cancelled.current = false;
    setFailure(null);
    const now = Date.now();
    let queued = 0;
    let done = 0;
    setProgress({ done, queued, state: "running" });
    try {
      for (const slice of slicesOf(now - hours * 3_600_000, now, slices)) {
        for (let more = true; more && !cancelled.current; ) {
          const answer = await api.replay(webhook.id, { ...slice, status });
          queued += answer.count;
          more = answer.more && answer.count > 0;
        }
        if (cancelled.current) break;
        done += 1;
        setProgress({ done, queued, state: "running" });
      }
      setProgress({ done, queued, state: cancelled.current ? "cancelled" : "finished" });
    } catch (error) {
      setFailure(error);
      setProgress({ done, queued, state: "cancelled" });
    }
    void client.invalidateQueries({ queryKey: keys.deliveries.all });
    void client.invalidateQueries({ queryKey: keys.webhooks.all });
  };

  return (
    <Dialog
      open
      onClose={() => {
        cancelled.current = true;
        onClose();
      }}
      size="sm"
      title={t("webhook.replay")}
      description={t("webhook.replay_lead")}
      footer={
        <>
          {running ? (
            <Button
              variant="danger"
              onClick={() => {
                cancelled.current = true;
              }}
            >
              {t("webhook.replay_cancel")}
            </Button>
          ) : (
            <Button onClick={onClose}>{t("action.close")}</Button>
          )}
          {progress?.state !== "finished" && (
            <Button variant="primary" busy={running} disabled={!webhook.is_active} onClick={() => void go()}>
              {t("webhook.replay_now")}
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {Boolean(failure) && <FormProblem error={failure} />}
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
          ) : progress ? (
            <>
              <progress
                className="h-2 w-full accent-accent"
                max={slices}
                value={progress.done}
                aria-label={t("webhook.replay")}
              />
              <p className="mt-1">{t(`webhook.progress.${progress.state}`, { count: progress.queued })}</p>
            </>
          ) : estimate.isFetching ? (
            <p className="flex items-center gap-2 text-ink-2">
              <LoadingSpinner size={14} /> {t("webhook.counting")}
            </p>
          ) : estimate.data ? (
            <p>
              {t(estimate.data.more ? "webhook.estimate_more" : "webhook.estimate", { count: estimate.data.count })}
            </p>
          ) : (
            <p className="text-ink-2">{t("webhook.estimate_unknown")}</p>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** Counts what the list has; for what was missed there is no list. */
function useEstimate(id: string, hours: number, status: ReplayStatus) {
  return useQuery({
    queryKey: keys.deliveries.estimate(id, { hours, status }),
    enabled: status === "failed" || status === "delivered",
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      let count = 0;
      let cursor: string | undefined;
      for (let page = 0; page < pages; page++) {
        const answer = await api.deliveries(
          id,
          { status: status as "failed" | "delivered", from, limit: 200, cursor },
          { signal },
        );
        count += answer.results.length;
        if (!answer.next_cursor) return { count, more: false };
        cursor = answer.next_cursor;
      }
      return { count, more: true };
    },
  });
}
