import type { DeliveryFilter, LogFilter } from "./api/integrationsApi";
import type { LogType } from "./types";

/** What stands in an address behind its question mark, before anybody has looked at it. */
export type Search = Record<string, unknown>;

/** The value if it is one of these. */
export const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): T | undefined =>
    values.find((each) => each === value);
export const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** Leaves out what is undefined, so that addresses stay short. */
export function compact<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export const logTypes = [
  "calendar_sync",
  "video_link_created",
  "webhook_sent",
  "oauth_connected",
  "token_refreshed",
  "integration_disconnected",
  "conflict_detected",
  "conflict_resolved",
  "booking",
  "error",
] as const satisfies readonly LogType[];

export const integrationTypes = ["calendar", "video", "webhook"] as const;

export type LogsSearch = LogFilter & { entry?: string };

export type DeliveriesSearch = Pick<DeliveryFilter, "status" | "event"> & { delivery?: string };
