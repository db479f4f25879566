import { Button, cx, FormProblem, Time } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { useRetryPending } from "../hooks/useReplays";
import type { Webhook } from "../types";

/** Why attempts of a day failed, the most frequent cause first, and a way to try now what waits for its retry. */
export function DeliveryFailures({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const lang = useServerLang();
  const { failures, attempts_24h, failed_attempts_24h, retrying, last_attempt } = webhook.stats;
  const retry = useRetryPending(webhook.id);
  if (failures.length === 0 && retrying === 0 && retry.isIdle) return null;
  const goesOn = retrying > 0 || (last_attempt !== null && last_attempt.error !== null);
  return (
    <section
      aria-label={t("webhook.failures")}
      className={cx("border-b border-line px-4 py-3 first:rounded-t-lg", goesOn ? "bg-warn-soft" : "bg-canvas")}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className={cx("font-semibold", goesOn && "text-warn")}>
            {t("webhook.failures_lead", { failed: failed_attempts_24h, count: attempts_24h })}
          </p>
          <ul className="mt-1 grid gap-0.5">
            {failures.map(({ error, status, count, last_at }) => (
              <li key={`${status} ${error}`} className="wrap-anywhere">
                {status === null ? <span lang={lang}>{error}</span> : `HTTP ${status}`}
                {" · "}
                {t("delivery.attempts", { count })}
                {" · "}
                {t("webhook.failures_last")} <Time at={last_at} />
              </li>
            ))}
          </ul>
        </div>
        {webhook.is_active && retrying > 0 && (
          <Button size="sm" icon="sync" busy={retry.isPending} onClick={() => retry.mutate()}>
            {t("webhook.retry_pending", { count: retrying })}
          </Button>
        )}
      </div>
      <div aria-live="polite">
        {retry.isPending && <p className="mt-2">{t("webhook.retry_pending.busy")}</p>}
        {retry.isSuccess && <p className="mt-2">{t("webhook.retry_pending.done", { count: retry.data.count })}</p>}
      </div>
      {retry.isError && (
        <div className="mt-2">
          <FormProblem error={retry.error} />
        </div>
      )}
    </section>
  );
}
