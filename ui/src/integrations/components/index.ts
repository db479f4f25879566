export { CalendarConflictsPanel } from "./CalendarConflictsPanel";
export { CalendarIntegrationCard } from "./CalendarIntegrationCard";
export { ConnectIntegrationButton } from "./ConnectIntegrationButton";
export { IntegrationLogsTable } from "./IntegrationLogsTable";
export { WebhookForm } from "./WebhookForm";
export { WebhookIntegrationCard } from "./WebhookIntegrationCard";
