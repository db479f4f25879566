import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Provider = Schemas["Provider"];
export type ProviderField = Provider["connect"]["fields"][number];
export type CalendarIntegration = Schemas["CalendarIntegration"];
export type IntegrationStatus = Schemas["IntegrationStatus"];
export type Calendar = Schemas["Calendar"];
export type CalendarState = Schemas["CalendarState"];
export type BusyPolicy = Schemas["BusyPolicy"];
export type StalePolicy = Schemas["StalePolicy"];
export type UpdateCalendar = Schemas["UpdateCalendarRequest"];
export type UpdateCalendarIntegration = Schemas["UpdateCalendarIntegrationRequest"];
export type ConnectCalendar = Schemas["ConnectCalendarRequest"];
export type ReconnectCalendar = Schemas["ReconnectCalendarRequest"];
export type SyncRun = Schemas["SyncRun"];
export type Conflict = Schemas["Conflict"];
export type ConflictList = Schemas["ConflictList"];
export type ConflictAction = Schemas["RequestedConflictAction"];
export type ConflictParty = Schemas["ConflictParty"];
export type ConflictResolution = Schemas["ConflictResolution"];
export type ConflictStatus = Schemas["ConflictStatus"];
export type Severity = Schemas["Severity"];
export type Webhook = Schemas["Webhook"];
export type CreatedWebhook = Schemas["CreatedWebhook"];
export type CreateWebhook = Schemas["CreateWebhookRequest"];
export type UpdateWebhook = Schemas["UpdateWebhookRequest"];
/** Those that the screens know; an answer may name more. */
export type SignatureKind = "v1" | "v1a";
export type WebhookEventType = Schemas["WebhookEventType"];
export type WebhookTest = Schemas["WebhookTest"];
export type Delivery = Schemas["Delivery"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type DeliveryAttempt = Schemas["DeliveryAttempt"];
export type ReplayStatus = NonNullable<Schemas["ReplayRequest"]["status"]>;
export type LogEntry = Schemas["LogEntry"];
export type LogType = Schemas["LogType"];
