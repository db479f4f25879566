/** Every query's key: the resource, then what narrows it. Invalidate by prefix. */
export const keys = {
  me: ["me"] as const,
  setup: ["setup"] as const,
  apiKeys: ["api-keys"] as const,
  providers: ["providers"] as const,
  integrations: {
    all: ["integrations"] as const,
    list: ["integrations", "list"] as const,
    one: (id: string) => ["integrations", "one", id] as const,
    impact: (id: string) => ["integrations", "impact", id] as const,
  },
  calendars: {
    all: ["calendars"] as const,
    of: (integrationId: string) => ["calendars", integrationId] as const,
  },
  syncs: {
    all: ["syncs"] as const,
    of: (integrationId: string) => ["syncs", integrationId] as const,
  },
  conflicts: {
    all: ["conflicts"] as const,
    lists: ["conflicts", "list"] as const,
    list: (filter: object) => ["conflicts", "list", filter] as const,
    each: ["conflicts", "one"] as const,
    one: (id: string) => ["conflicts", "one", id] as const,
    markedFree: ["conflicts", "marked free"] as const,
    bulkPreview: (jobs: object) => ["conflicts", "preview", jobs] as const,
    preview: (id: string, action: string) => ["conflicts", "preview", id, action] as const,
  },
  freeBusy: {
    all: ["free-busy"] as const,
    range: (from: string, to: string) => ["free-busy", from, to] as const,
  },
  webhooks: {
    all: ["webhooks"] as const,
    list: ["webhooks", "list"] as const,
    each: ["webhooks", "one"] as const,
    one: (id: string) => ["webhooks", "one", id] as const,
    eventTypes: ["webhooks", "event-types"] as const,
  },
  deliveries: {
    all: ["deliveries"] as const,
    of: (webhookId: string) => ["deliveries", webhookId] as const,
    list: (webhookId: string, filter: object) => ["deliveries", webhookId, "list", filter] as const,
    replays: (webhookId: string) => ["deliveries", webhookId, "replays"] as const,
    one: (webhookId: string, id: string) => ["deliveries", webhookId, "one", id] as const,
  },
  /** Not below deliveries: what is being counted is not counted anew with each delivery. */
  replayEstimate: (webhookId: string, query: object) => ["replay-estimate", webhookId, query] as const,
  logs: {
    all: ["logs"] as const,
    lists: ["logs", "list"] as const,
    list: (filter: object) => ["logs", "list", filter] as const,
    one: (id: string) => ["logs", "one", id] as const,
    recent: ["logs", "recent"] as const,
    newerThanShown: ["logs", "newer"] as const,
    newer: (filter: object) => ["logs", "newer", filter] as const,
  },
};
