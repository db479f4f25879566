import { call } from "@/api/client";
import type {
  ConflictAction,
  ConnectCalendar,
  ReconnectCalendar,
  UpdateCalendar,
  UpdateCalendarIntegration,
} from "../types";

const base = "/api/v1/integrations";
type Signal = { signal?: AbortSignal };

/** The calls behind the integrations' pages, one function an operation of the contract. */
export const integrationsApi = {
  providers: ({ signal }: Signal) => call("get", `${base}/providers/`, { signal }),

  list: ({ signal }: Signal) => call("get", `${base}/calendar/`, { signal }),
  one: (id: string, { signal }: Signal) => call("get", `${base}/calendar/{id}/`, { path: { id }, signal }),
  connect: (body: ConnectCalendar) => call("post", `${base}/calendar/`, { body }),
  reconnect: (id: string, body: ReconnectCalendar) =>
    call("post", `${base}/calendar/{id}/reconnect/`, { path: { id }, body }),
  update: (id: string, body: UpdateCalendarIntegration) =>
    call("patch", `${base}/calendar/{id}/`, { path: { id }, body }),
  impact: (id: string, { signal }: Signal) => call("get", `${base}/calendar/{id}/impact/`, { path: { id }, signal }),
  disconnect: (id: string) => call("delete", `${base}/calendar/{id}/`, { path: { id } }),

  calendars: (id: string, { signal }: Signal) =>
    call("get", `${base}/calendar/{id}/calendars/`, { path: { id }, signal }),
  updateCalendar: (id: string, cid: string, body: UpdateCalendar) =>
    call("patch", `${base}/calendar/{id}/calendars/{cid}/`, { path: { id, cid }, body }),

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
  resolveAll: (ids: readonly string[], action: ConflictAction) =>
    call("post", `${base}/calendar/conflicts/resolve/`, { body: { ids: [...ids], action } }),

  freeBusy: (from: string, to: string, { signal }: Signal) =>
    call("get", "/api/v1/availability/free-busy/", { query: { from, to }, signal }),

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
