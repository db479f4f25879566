import { useFailure } from "@/api/useFailure";
import { Button, CardSkeleton, CopyAsCurl, LoadFailed, StatusMark, Time } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { useDelivery, useRedeliver } from "../hooks/useWebhooks";
import { Countdown } from "./Countdown";
import { DeliveryStatus } from "./DeliveryStatus";
import { Exchange } from "./Exchange";

type Props = { webhookId: string; id: string; active: boolean; onClose: () => void };

/** One delivery with every attempt, the latest first. */
export function DeliveryPanel({ webhookId, id, active, onClose }: Props) {
  const t = useT();
  const delivery = useDelivery(webhookId, id);
  const failure = useFailure(delivery);
  const redeliver = useRedeliver(webhookId);
  const it = delivery.data;
  return (
    <Dialog open kind="side" onClose={onClose} title={it ? it.event : t("delivery.one")}>
      {failure ? (
        <LoadFailed
          what={t("delivery.one")}
          error={failure}
          onRetry={() => void delivery.refetch()}
          busy={delivery.isFetching}
        />
      ) : !it ? (
        <CardSkeleton cards={2} />
      ) : (
        <div className="grid gap-5">
          <div className="flex flex-wrap items-center gap-3">
            <DeliveryStatus delivery={it} />
            <span className="text-ink-2">
              <Time at={it.created_at} style="full" />
            </span>
            {it.next_attempt_at && (
              <span className="text-ink-2">
                {t("webhook.next_retry")} <Countdown until={it.next_attempt_at} />
              </span>
            )}
          </div>
          <p className="text-sm text-ink-3">
            webhook-id <code className="font-mono break-all">{it.event_id}</code>
          </p>
          <div className="flex flex-wrap gap-2">
            <Button icon="sync" disabled={!active} busy={redeliver.isPending} onClick={() => redeliver.mutate(it)}>
              {t("delivery.redeliver")}
            </Button>
            <CopyAsCurl
              call={{ method: "POST", path: `/api/v1/integrations/webhooks/${webhookId}/deliveries/${id}/redeliver/` }}
            />
          </div>
          {!active && <p className="text-sm text-warn">{t("delivery.switched_off")}</p>}
          {it.attempts.length === 0 && <p className="text-ink-2">{t("delivery.no_attempts")}</p>}
          <ol reversed className="grid gap-3">
            {[...it.attempts].reverse().map((attempt, place) => (
              <li key={`${attempt.number}-${attempt.started_at}`}>
                <details open={place === 0} className="rounded-md border border-line">
                  <summary className="flex min-h-9 flex-wrap items-center gap-x-3 px-3 py-1.5">
                    <span className="font-medium">{t("delivery.attempt", { count: attempt.number })}</span>
                    <StatusMark plain tone={attempt.success ? "well" : "bad"}>
                      {attempt.response_status ?? t("delivery.no_answer")}
                    </StatusMark>
                    <span className="text-sm text-ink-3">
                      <Time at={attempt.started_at} style="short" />
                    </span>
                  </summary>
                  <div className="border-t border-line p-3">
                    <Exchange
                      request={{ headers: attempt.request_headers, body: it.request_body }}
                      response={
                        attempt.response_status === null
                          ? null
                          : {
                              status: attempt.response_status,
                              headers: attempt.response_headers,
                              body: attempt.response_body,
                              cut: attempt.response_body_cut,
                            }
                      }
                      duration={attempt.duration_ms}
                      success={attempt.success}
                      error={attempt.error}
                    />
                  </div>
                </details>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Dialog>
  );
}
