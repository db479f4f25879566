export * from "./useCalendarIntegrations";
export * from "./useConflicts";
export * from "./useFreeBusy";
export * from "./useLogs";
export * from "./useReplays";
export * from "./useWebhooks";
