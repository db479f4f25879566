import { call } from "@/api/client";
import type {
  ConflictAction,
  ConnectCalendar,
  CreateWebhook,
  ReconnectCalendar,
  ReplayStatus,
  UpdateCalendar,
  UpdateCalendarIntegration,
  UpdateWebhook,
} from "../types";

const base = "/api/v1/integrations";
type Signal = { signal?: AbortSignal };
/** For `Idempotency-Key`: the same for each try of one submit. */
type Once = string;

/** The calls behind the integrations' pages, one function an operation of the contract. */
export const integrationsApi = {
  providers: ({ signal }: Signal) => call("get", `${base}/providers/`, { signal }),

  list: ({ signal }: Signal) => call("get", `${base}/calendar/`, { signal }),
  one: (id: string, { signal }: Signal) => call("get", `${base}/calendar/{id}/`, { path: { id }, signal }),
  connect: (body: ConnectCalendar, once: Once) => call("post", `${base}/calendar/`, { body, once }),
  reconnect: (id: string, body: ReconnectCalendar) =>
    call("post", `${base}/calendar/{id}/reconnect/`, { path: { id }, body }),
  update: (id: string, body: UpdateCalendarIntegration) =>
    call("patch", `${base}/calendar/{id}/`, { path: { id }, body }),
  impact: (id: string, { signal }: Signal) => call("get", `${base}/calendar/{id}/impact/`, { path: { id }, signal }),
  disconnect: (id: string) => call("delete", `${base}/calendar/{id}/`, { path: { id } }),

  calendars: (id: string, { signal }: Signal) =>
    call("get", `${base}/calendar/{id}/calendars/`, { path: { id }, signal }),
  updateCalendar: (id: string, calendarId: string, body: UpdateCalendar) =>
    call("patch", `${base}/calendar/{id}/calendars/{calendarId}/`, { path: { id, calendarId }, body }),

  forceSync: (id: string, full: boolean) =>
    call("post", `${base}/calendar/{id}/force-sync/`, { path: { id }, query: { full } }),
  syncs: (id: string, cursor: string | undefined, limit: number, { signal }: Signal) =>
    call("get", `${base}/calendar/{id}/syncs/`, { path: { id }, query: { cursor, limit }, signal }),

  conflicts: (
    query: { from?: string; to?: string; status?: "open" | "dismissed" | "resolved" | "all" },
    { signal }: Signal,
  ) => call("get", `${base}/calendar/conflicts/`, { query, signal }),
  conflict: (id: string, { signal }: Signal) =>
    call("get", `${base}/calendar/conflicts/{id}/`, { path: { id }, signal }),
  resolve: (id: string, action: ConflictAction, preview = false) =>
    call("post", `${base}/calendar/conflicts/{id}/resolve/`, { path: { id }, body: { action, preview } }),
  resolveAll: (ids: readonly string[], action: ConflictAction, preview = false) =>
    call("post", `${base}/calendar/conflicts/resolve/`, { body: { ids: [...ids], action, preview } }),
  markedFree: (cursor: string | undefined, { signal }: Signal) =>
    call("get", "/api/v1/availability/marked-free/", { query: { cursor, limit: 100 }, signal }),
  unmarkFree: (ids: readonly string[]) =>
    call("post", "/api/v1/availability/marked-free/unmark/", { body: { ids: [...ids] } }),

  freeBusy: (from: string, to: string, { signal }: Signal) =>
    call("get", "/api/v1/availability/free-busy/", { query: { from, to }, signal }),

  webhooks: ({ signal }: Signal) => call("get", `${base}/webhooks/`, { signal }),
  webhook: (id: string, { signal }: Signal) => call("get", `${base}/webhooks/{id}/`, { path: { id }, signal }),
  eventTypes: ({ signal }: Signal) => call("get", `${base}/webhooks/event-types/`, { signal }),
  createWebhook: (body: CreateWebhook, once: Once) => call("post", `${base}/webhooks/`, { body, once }),
  updateWebhook: (id: string, body: UpdateWebhook) => call("patch", `${base}/webhooks/{id}/`, { path: { id }, body }),
  deleteWebhook: (id: string) => call("delete", `${base}/webhooks/{id}/`, { path: { id } }),
  testWebhook: (id: string, event: string) =>
    call("post", `${base}/webhooks/{id}/test/`, { path: { id }, body: event === "test" ? {} : { event } }),
  rotateSecret: (id: string, overlap_hours: number, once: Once) =>
    call("post", `${base}/webhooks/{id}/rotate-secret/`, { path: { id }, body: { overlap_hours }, once }),
  deliveries: (id: string, query: DeliveryFilter & { cursor?: string; limit?: number }, { signal }: Signal) =>
    call("get", `${base}/webhooks/{id}/deliveries/`, { path: { id }, query, signal }),
  delivery: (id: string, deliveryId: string, { signal }: Signal) =>
    call("get", `${base}/webhooks/{id}/deliveries/{deliveryId}/`, { path: { id, deliveryId }, signal }),
  redeliver: (id: string, deliveryId: string) =>
    call("post", `${base}/webhooks/{id}/deliveries/{deliveryId}/redeliver/`, { path: { id, deliveryId } }),
  replay: (id: string, body: { from: string; to: string; status: ReplayStatus }) =>
    call("post", `${base}/webhooks/{id}/replays/`, { path: { id }, body }),
  estimateReplay: (id: string, query: { from: string; to: string; status: ReplayStatus }, { signal }: Signal) =>
    call("get", `${base}/webhooks/{id}/replays/estimate/`, { path: { id }, query, signal }),
  replays: (id: string, { signal }: Signal) => call("get", `${base}/webhooks/{id}/replays/`, { path: { id }, signal }),
  cancelReplay: (id: string, replayId: string) =>
    call("post", `${base}/webhooks/{id}/replays/{replayId}/cancel/`, { path: { id, replayId } }),

  logs: (query: LogFilter & { cursor?: string; limit?: number }, { signal }: Signal) =>
    call("get", `${base}/logs/`, { query, signal }),
  log: (id: string, { signal }: Signal) => call("get", `${base}/logs/{id}/`, { path: { id }, signal }),
};

/** What the log can be narrowed by; the names are those of the address and of the API. */
export type LogFilter = {
  log_type?: import("../types").LogType;
  integration_type?: "calendar" | "video" | "webhook";
  integration_id?: string;
  success?: boolean;
  booking?: string;
  from?: string;
  to?: string;
  q?: string;
};

/** What a webhook's deliveries can be narrowed by. */
export type DeliveryFilter = {
  status?: "pending" | "delivered" | "failed";
  event?: string;
  from?: string;
  to?: string;
};
