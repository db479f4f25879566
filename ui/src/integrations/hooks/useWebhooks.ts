import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { useWhileLive } from "@/api/stream";
import { useSubmitKey } from "@/api/submitKey";
import { notify } from "@/components/core";
import { useT } from "@/i18n";
import { integrationsApi as api, type DeliveryFilter } from "../api/integrationsApi";
import type { CreatedWebhook, CreateWebhook, Delivery, UpdateWebhook, Webhook } from "../types";

export function useWebhooks() {
  return useQuery({ queryKey: keys.webhooks.list, queryFn: api.webhooks, refetchInterval: useWhileLive(60_000) });
}

export function useWebhook(id: string) {
  const client = useQueryClient();
  const interval = useWhileLive(60_000);
  return useQuery({
    queryKey: keys.webhooks.one(id),
    queryFn: ({ signal }) => api.webhook(id, { signal }),
    placeholderData: () => client.getQueryData<readonly Webhook[]>(keys.webhooks.list)?.find((each) => each.id === id),
    refetchInterval: (query) => interval && (query.state.data?.stats.pending ? 5_000 : interval),
  });
}

export function useEventTypes() {
  return useQuery({ queryKey: keys.webhooks.eventTypes, queryFn: api.eventTypes, staleTime: 10 * 60_000 });
}

type Client = ReturnType<typeof useQueryClient>;

function change(client: Client, id: string, apply: (was: Webhook) => Webhook) {
  client.setQueryData<Webhook>(keys.webhooks.one(id), (was) => was && apply(was));
  client.setQueryData<readonly Webhook[]>(keys.webhooks.list, (list) =>
    list?.map((each) => (each.id === id ? apply(each) : each)),
  );
}

/** The secret is for the eyes of who made it, so that no cache keeps it. */
function withoutSecret(webhook: Webhook | CreatedWebhook): Webhook {
  if (!("secret_key" in webhook)) return webhook;
  const { secret_key: _, ...rest } = webhook;
  return rest;
}

export function useCreateWebhook() {
  const client = useQueryClient();
  const once = useSubmitKey();
  return useMutation({
    mutationFn: (body: CreateWebhook) => api.createWebhook(body, once.keyFor(body)),
    gcTime: 0,
    onSuccess: (made) => {
      once.done();
      client.setQueryData<readonly Webhook[]>(keys.webhooks.list, (list) => [...(list ?? []), withoutSecret(made)]);
      void client.invalidateQueries({ queryKey: keys.webhooks.list });
    },
  });
}

/** From the form, whose errors are shown there. */
export function useSaveWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: UpdateWebhook) => api.updateWebhook(id, body),
    gcTime: 0,
    onSuccess: (webhook) => change(client, id, () => withoutSecret(webhook)),
  });
}

export function useSwitchWebhook(id: string) {
  return useOptimistic({
    scope: `webhook ${id}`,
    run: (body: { is_active: boolean; replay_missed?: boolean }) => api.updateWebhook(id, body),
    touches: () => [keys.webhooks.list, keys.webhooks.one(id)],
    expect: (client, { is_active }) => change(client, id, (was) => ({ ...was, is_active, disabled_reason: null })),
    settle: (client, webhook) => change(client, webhook.id, () => withoutSecret(webhook)),
  });
}

export function useDeleteWebhook({ id }: Webhook) {
  const t = useT();
  return useOptimistic({
    scope: `webhook ${id}`,
    run: (_: Webhook) => api.deleteWebhook(id),
    touches: () => [keys.webhooks.list],
    expect: (client) =>
      client.setQueryData<readonly Webhook[]>(keys.webhooks.list, (list) => list?.filter((each) => each.id !== id)),
    settle: (client) => client.removeQueries({ queryKey: keys.webhooks.one(id) }),
    succeeded: (_, { name }) => notify({ tone: "well", title: t("webhook.deleted", { name }) }),
  });
}

export function useTestWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (event: string) => api.testWebhook(id, event),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.deliveries.of(id) }),
  });
}

export function useRotateSecret(id: string) {
  const client = useQueryClient();
  const once = useSubmitKey();
  return useMutation({
    mutationFn: (hours: number) => api.rotateSecret(id, hours, once.keyFor(hours)),
    gcTime: 0,
    onSuccess: (made) => {
      once.done();
      change(client, id, () => withoutSecret(made));
    },
  });
}

export function useDeliveries(id: string, filter: DeliveryFilter) {
  return useInfiniteQuery({
    queryKey: keys.deliveries.list(id, filter),
    queryFn: ({ signal, pageParam }) => api.deliveries(id, { ...filter, cursor: pageParam, limit: 50 }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useDelivery(id: string, deliveryId: string | undefined) {
  const interval = useWhileLive(3_000);
  return useQuery({
    queryKey: keys.deliveries.one(id, deliveryId ?? ""),
    queryFn: ({ signal }) => api.delivery(id, deliveryId ?? "", { signal }),
    enabled: deliveryId !== undefined,
    refetchInterval: (query) => (query.state.data?.status === "pending" ? interval : false),
  });
}

export function useRedeliver(id: string) {
  const t = useT();
  return useOptimistic({
    scope: `deliveries of ${id}`,
    run: (delivery: Delivery) => api.redeliver(id, delivery.id),
    touches: (delivery) => [keys.deliveries.one(id, delivery.id)],
    expect: (client, delivery) =>
      client.setQueryData<Delivery>(
        keys.deliveries.one(id, delivery.id),
        (was) => was && { ...was, status: "pending" },
      ),
    refresh: () => [keys.deliveries.all, keys.webhooks.one(id)],
    succeeded: () => notify({ tone: "well", title: t("delivery.queued") }),
  });
}
