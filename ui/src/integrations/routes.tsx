import { createRoute } from "@tanstack/react-router";
import { appRoute } from "@/app/appRoute";
import { lazyPage } from "@/app/lazyPage";
import { withWords } from "@/i18n";
import {
  compact,
  type DeliveriesSearch,
  integrationTypes,
  type LogsSearch,
  logTypes,
  oneOf,
  type Search,
  text,
} from "./search";

const overviewRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations",
  validateSearch: ({ connect }: Search): { connect?: string } => compact({ connect: text(connect) }),
  component: lazyPage(() => withWords("overview", import("./pages/IntegrationsOverview")), "IntegrationsOverview"),
});

const calendarsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/calendars",
  validateSearch: ({ connect }: Search): { connect?: string } => compact({ connect: text(connect) }),
  component: lazyPage(() => withWords("calendars", import("./pages/CalendarIntegrations")), "CalendarIntegrations"),
});

const calendarRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/calendars/$id",
  validateSearch: (search: Search): { ask?: "reconnect" | "disconnect" } =>
    compact({ ask: oneOf("reconnect", "disconnect")(search.ask) }),
  component: lazyPage(() => withWords("calendars", import("./pages/CalendarDetail")), "CalendarDetail"),
});

const conflictsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/conflicts",
  validateSearch: (
    search: Search,
  ): { status?: "dismissed" | "resolved" | "marked_free"; view?: "days"; conflict?: string } =>
    compact({
      status: oneOf("dismissed", "resolved", "marked_free")(search.status),
      view: oneOf("days")(search.view),
      conflict: text(search.conflict),
    }),
  component: lazyPage(() => withWords("conflicts", import("./pages/Conflicts")), "Conflicts"),
});

const webhooksRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/webhooks",
  component: lazyPage(() => withWords("webhooks", import("./pages/WebhookIntegrations")), "WebhookIntegrations"),
});

const webhookRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/webhooks/$id",
  validateSearch: (search: Search): DeliveriesSearch =>
    compact({
      status: oneOf("pending", "delivered", "failed")(search.status),
      event: text(search.event),
      delivery: text(search.delivery),
    }),
  component: lazyPage(() => withWords("webhooks", import("./pages/WebhookDetail")), "WebhookDetail"),
});

const logsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/integrations/logs",
  validateSearch: (search: Search): LogsSearch =>
    compact({
      log_type: oneOf(...logTypes)(search.log_type),
      integration_type: oneOf(...integrationTypes)(search.integration_type),
      integration_id: text(search.integration_id),
      success: typeof search.success === "boolean" ? search.success : undefined,
      booking: text(search.booking),
      from: text(search.from),
      to: text(search.to),
      q: text(typeof search.q === "number" ? String(search.q) : search.q),
      entry: text(search.entry),
    }),
  component: lazyPage(() => withWords("logs", import("./pages/IntegrationLogs")), "IntegrationLogs"),
});

export const integrationRoutes = [
  overviewRoute,
  calendarsRoute,
  calendarRoute,
  conflictsRoute,
  webhooksRoute,
  webhookRoute,
  logsRoute,
] as const;
