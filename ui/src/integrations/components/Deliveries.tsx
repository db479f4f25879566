import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { address } from "@/api/client";
import { useFailure } from "@/api/useFailure";
import {
  Button,
  Card,
  CopyAsCurl,
  cx,
  EmptyState,
  Later,
  LoadFailed,
  onDemand,
  Section,
  SelectField,
  TableSkeleton,
  Time,
} from "@/components/core";
import { useT } from "@/i18n";
import { useDeliveries, useEventTypes } from "../hooks/useWebhooks";
import type { DeliveriesSearch } from "../search";
import type { Delivery, Webhook } from "../types";
import { Countdown } from "./Countdown";
import { DeliveryStatus } from "./DeliveryStatus";
import { ShowMore } from "./ShowMore";

const DeliveryPanel = onDemand(() => import("./DeliveryPanel").then((m) => m.DeliveryPanel));
const route = getRouteApi("/app/integrations/webhooks/$id");
const statuses = ["pending", "delivered", "failed"] as const;

/** What was sent to a webhook, newest first, narrowed by what the address says. */
export function Deliveries({ webhook, onReplay }: { webhook: Webhook; onReplay: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const types = useEventTypes();
  const { delivery, ...filter } = route.useSearch();
  const list = useDeliveries(webhook.id, filter);
  const failure = useFailure(list);
  const deliveries = list.data?.pages.flatMap((page) => page.results) ?? [];
  const filtered = filter.status !== undefined || filter.event !== undefined;
  const go = (change: DeliveriesSearch) =>
    void navigate({
      to: "/integrations/webhooks/$id",
      params: { id: webhook.id },
      search: { ...filter, delivery, ...change },
      resetScroll: false,
    });
  return (
    <Section
      id="deliveries"
      title={t("delivery.title")}
      aside={
        <div className="flex items-center gap-2 max-md:w-full max-md:flex-wrap">
          <CopyAsCurl call={{ path: address(`/api/v1/integrations/webhooks/${webhook.id}/deliveries/`, {}, filter) }} />
          <SelectField
            hideLabel
            className="md:w-44"
            label={t("delivery.filter_status")}
            value={filter.status ?? ""}
            onChange={(event) => go({ status: (event.target.value || undefined) as DeliveriesSearch["status"] })}
          >
            <option value="">{t("delivery.any_status")}</option>
            {statuses.map((status) => (
              <option key={status} value={status}>
                {t(`delivery.status.${status}`)}
              </option>
            ))}
          </SelectField>
          <SelectField
            hideLabel
            className="md:w-44"
            label={t("delivery.filter_event")}
            value={filter.event ?? ""}
            onChange={(event) => go({ event: event.target.value || undefined })}
          >
            <option value="">{t("delivery.any_event")}</option>
            {[
              ...new Set([...(types.data?.map((each) => each.type) ?? []), ...(filter.event ? [filter.event] : [])]),
            ].map((type) => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
          </SelectField>
        </div>
      }
    >
      {failure ? (
        <LoadFailed
          what={t("delivery.title")}
          error={failure}
          onRetry={() => void list.refetch()}
          busy={list.isFetching}
        />
      ) : (
        <Card className="overflow-hidden">
          {!list.data ? (
            <TableSkeleton rows={6} />
          ) : deliveries.length === 0 ? (
            <EmptyState
              quiet
              title={t(filtered ? "delivery.none_match" : "delivery.none")}
              action={
                filtered && (
                  <Button onClick={() => go({ status: undefined, event: undefined })}>{t("delivery.clear")}</Button>
                )
              }
            >
              {t(filtered ? "delivery.none_match_lead" : "delivery.none_lead")}
            </EmptyState>
          ) : (
            <ol className="divide-y divide-line">
              {deliveries.map((each) => (
                <li key={each.id}>
                  <button
                    type="button"
                    onClick={() => go({ delivery: each.id })}
                    className="flex w-full flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2 text-left outline-offset-[-2px] hover:bg-canvas"
                  >
                    <span className="flex flex-wrap items-center gap-x-1 text-sm md:w-80">
                      <DeliveryStatus plain delivery={each} />
                      <LastAttempt delivery={each} />
                    </span>
                    <code
                      className={cx(
                        "min-w-0 flex-1 basis-40 truncate font-mono text-sm",
                        each.next_attempt_at && "max-md:basis-full",
                      )}
                    >
                      {each.event}
                    </code>
                    {each.next_attempt_at && (
                      <span className="text-sm text-ink-3 md:text-right">
                        {t("webhook.next_retry")} <Countdown until={each.next_attempt_at} />
                      </span>
                    )}
                    <span className="text-sm text-ink-3 max-md:ml-auto md:w-24 md:text-right">
                      <Time at={each.created_at} />
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          )}
          {list.hasNextPage && (
            <ShowMore what={t("delivery.more")} list={list} onMore={() => void list.fetchNextPage()} />
          )}
        </Card>
      )}
      {filter.status === "failed" && deliveries.length > 0 && (
        <Button className="mt-3" icon="sync" onClick={onReplay}>
          {t("webhook.replay")}
        </Button>
      )}
      <Later asked={delivery} onClose={() => go({ delivery: undefined })}>
        {delivery && (
          <DeliveryPanel
            key={delivery}
            webhookId={webhook.id}
            id={delivery}
            active={webhook.is_active}
            onClose={() => go({ delivery: undefined })}
          />
        )}
      </Later>
    </Section>
  );
}

/** What came last: the answer, and how many attempts are left. */
function LastAttempt({ delivery: { last_attempt, attempts_count } }: { delivery: Delivery }) {
  const t = useT();
  return (
    <span className="text-ink-2">
      {"· "}
      {last_attempt
        ? `${last_attempt.status ?? t("delivery.no_answer")} · ${t("delivery.attempt_of", { count: last_attempt.attempt, most: last_attempt.of })}`
        : t("delivery.attempts", { count: attempts_count })}
    </span>
  );
}
