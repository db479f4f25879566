import type {
  Calendar,
  CalendarIntegration,
  Conflict,
  ConflictList,
  Delivery,
  DeliveryDetail,
  LogEntry,
  Provider,
  SyncRun,
  Webhook,
  WebhookEventType,
} from "@/integrations/types";
import type { ApiKey, Coverage, User } from "@/types";

/** A lively account for component tests and screenshots, at a fixed moment. */
export const now = Date.parse("2026-03-02T09:41:00Z");

const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const uuid = (kind: number, number: number) =>
  `0199e0a4-${kind.toString(16).padStart(4, "0")}-7abc-8def-${number.toString(16).padStart(12, "0")}`;

export const user: User = {
  id: uuid(1, 1),
  email: "ada@example.org",
  name: "Ada Lovelace",
  time_zone: "Europe/Berlin",
  role: "admin",
  created_at: at(-60 * 24 * 30),
  updated_at: at(-60 * 24 * 30),
};

const defaults = {
  calendar_id: null,
  status: "connected",
  status_reason: null,
  is_active: true,
  sync_enabled: true,
  is_token_expired: false,
  token_expires_at: null,
  last_sync_at: at(-2),
  next_sync_at: at(3),
  sync_errors: 0,
  calendars_count: 2,
  created_at: at(-60 * 24 * 20),
  updated_at: at(-2),
} as const;

export const integrations: CalendarIntegration[] = [
  {
    ...defaults,
    id: uuid(2, 1),
    provider: "caldav",
    provider_display: "CalDAV",
    provider_user_id: "ada@cloud.example.org",
    provider_email: null,
    calendars_count: 3,
  },
  {
    ...defaults,
    id: uuid(2, 2),
    provider: "apple",
    provider_display: "Apple Calendar",
    provider_user_id: "ada@icloud.example",
    provider_email: "ada@icloud.example",
    status: "needs_reauth",
    status_reason: "iCloud refuses the app-specific password since 08:12. Make a new one and reconnect.",
    sync_errors: 3,
    last_sync_at: at(-95),
    next_sync_at: null,
  },
  {
    ...defaults,
    id: uuid(2, 3),
    provider: "ics",
    provider_display: "Calendar feed",
    provider_user_id: "holidays.example.org/germany.ics",
    provider_email: null,
    calendars_count: 1,
    status: "syncing",
  },
];

const policy = {
  tentative: "busy",
  unanswered: "busy",
  declined: "free",
  all_day: "busy",
  out_of_office: "busy",
  free: "free",
} as const;

export const calendars: Record<string, Calendar[]> = {
  [uuid(2, 1)]: [
    {
      id: uuid(3, 1),
      external_id: "/ada/work/",
      name: "Work",
      color: "#3b82f6",
      time_zone: "Europe/Berlin",
      access: "owner",
      blocks_time: true,
      is_destination: true,
      busy_policy: policy,
      stale_policy: "last_known",
      last_sync_at: at(-2),
      state: "fresh",
    },
    {
      id: uuid(3, 2),
      external_id: "/ada/home/",
      name: "Family",
      color: "#d97706",
      time_zone: "Europe/Berlin",
      access: "writer",
      blocks_time: true,
      is_destination: false,
      busy_policy: { ...policy, all_day: "free" },
      stale_policy: "last_known",
      last_sync_at: at(-2),
      state: "fresh",
    },
    {
      id: uuid(3, 3),
      external_id: "/team/rota/",
      name: "Team rota",
      color: null,
      time_zone: null,
      access: "reader",
      blocks_time: false,
      is_destination: false,
      busy_policy: policy,
      stale_policy: "allow",
      last_sync_at: at(-2),
      state: "fresh",
    },
  ],
  [uuid(2, 2)]: [
    {
      id: uuid(3, 4),
      external_id: "home",
      name: "Private",
      color: "#16a34a",
      time_zone: "Europe/Berlin",
      access: "owner",
      blocks_time: true,
      is_destination: false,
      busy_policy: policy,
      stale_policy: "block",
      last_sync_at: at(-95),
      state: "failed",
    },
  ],
  [uuid(2, 3)]: [
    {
      id: uuid(3, 5),
      external_id: "feed",
      name: "Holidays in Germany",
      color: null,
      time_zone: null,
      access: "reader",
      blocks_time: true,
      is_destination: false,
      busy_policy: policy,
      stale_policy: "last_known",
      last_sync_at: at(-40),
      state: "fresh",
    },
  ],
};

export const coverage: Coverage = {
  complete: false,
  calendars: [
    {
      integration_id: uuid(2, 1),
      calendar: "Work",
      calendar_id: uuid(3, 1),
      last_synced_at: at(-2),
      age_seconds: 120,
      state: "fresh",
      policy: "last_known",
      left_out: 0,
      reason: null,
    },
    {
      integration_id: uuid(2, 2),
      calendar: "Private",
      calendar_id: uuid(3, 4),
      last_synced_at: at(-95),
      age_seconds: 5700,
      state: "failed",
      policy: "block",
      left_out: 0,
      reason: "iCloud answered 401 to PROPFIND; the app-specific password is refused.",
    },
    {
      integration_id: uuid(2, 3),
      calendar: "Holidays in Germany",
      calendar_id: uuid(3, 5),
      last_synced_at: at(-40),
      age_seconds: 2400,
      state: "fresh",
      policy: "last_known",
      left_out: 0,
      reason: null,
    },
  ],
};

const hour = 60;
export const busy = [
  [0.4, 1.4],
  [3, 4.5],
  [24 - 1.5, 24],
  [25, 25.75],
  [28, 31],
  [47, 50],
  [52, 53],
  [70.5, 72],
  [73, 78],
  [96, 97],
  [99, 101.5],
  [110, 134],
].map(([from = 0, to = 0]) => ({ start: at(from * hour), end: at(to * hour) }));

const party = (
  type: "external_event" | "manual_block",
  number: number,
  title: string,
  from: number,
  to: number,
  calendar: string | null,
) => ({
  type,
  id: uuid(4, number),
  title,
  start: at(from),
  end: at(to),
  calendar,
  calendar_id: calendar ? uuid(3, calendar === "Work" ? 1 : 2) : null,
  integration_id: calendar ? uuid(2, 1) : null,
  marked_free: false,
});

function conflict(number: number, change: Partial<Conflict> & Pick<Conflict, "parties" | "overlap_minutes">): Conflict {
  return {
    id: uuid(5, number),
    kind: "external_manual",
    within_availability: null,
    external_event: null,
    manual_block: null,
    overlap_type: "partial_overlap",
    severity: "medium",
    status: "open",
    detected_at: at(-100),
    recommendation: {
      action: "shrink_block",
      title: "Shorten the block",
      explanation: "The meeting already covers the first half hour of Focus time.",
    },
    actions: ["shrink_block", "delete_block", "mark_free", "dismiss"],
    ...change,
  };
}

export const conflicts: ConflictList = {
  conflicts: [
    conflict(1, {
      parties: [
        party("external_event", 1, "Release planning", 3 * hour, 5 * hour, "Work"),
        party("manual_block", 2, "Lunch", 4 * hour, 4.5 * hour, null),
      ],
      overlap_minutes: 30,
      overlap_type: "complete_overlap",
      severity: "low",
      recommendation: {
        action: "delete_block",
        title: "Delete the block",
        explanation: "Release planning covers it entirely; it blocks nothing of its own.",
      },
    }),
  ],
  overlaps: [
    conflict(2, {
      parties: [
        party("external_event", 3, "Team meeting", 25 * hour, 26 * hour, "Work"),
        party("manual_block", 4, "Focus time", 25.5 * hour, 28 * hour, null),
      ],
      overlap_minutes: 30,
    }),
    conflict(3, {
      kind: "external_external",
      parties: [
        party("external_event", 5, "Customer visit", 28 * hour, 31 * hour, "Work"),
        party("external_event", 6, "School concert", 30 * hour, 32 * hour, "Family"),
      ],
      overlap_minutes: 60,
      severity: "high",
      recommendation: null,
      actions: ["mark_free", "dismiss"],
    }),
    conflict(4, {
      parties: [
        party("external_event", 7, "", 50 * hour, 50.75 * hour, "Family"),
        party("manual_block", 8, "Focus time", 49 * hour, 52 * hour, null),
      ],
      overlap_minutes: 45,
      overlap_type: "contained_overlap",
    }),
  ],
  truncated: false,
  manual_blocks_count: 3,
  synced_blocks_count: 214,
  total_external_events: 220,
  total_manual_blocks: 3,
  coverage,
};

export const syncs: SyncRun[] = Array.from({ length: 34 }, (_, place) => {
  const failed = place === 4 || place === 5 || place === 21;
  return {
    id: uuid(6, place),
    calendar_id: uuid(3, 1 + (place % 2)),
    mode: place === 33 ? "full" : "incremental",
    trigger: place === 33 ? "connect" : failed ? "retry" : place === 2 ? "manual" : "schedule",
    started_at: at(-2 - place * 5),
    finished_at: new Date(now - (2 + place * 5) * 60_000 + 180 + ((place * 37) % 11) * 90).toISOString(),
    outcome: failed ? "failed" : "succeeded",
    events_seen: (place * 7) % 5,
    created: place === 33 ? 412 : place % 4 === 0 ? 2 : 0,
    updated: place % 6 === 0 ? 1 : 0,
    removed: place % 9 === 8 ? 1 : 0,
    requests: place === 33 ? 6 : 2,
    left_out: 0,
    problems: [],
    error: failed
      ? "The server answered 503 to the second request. Tried again in 5 minutes from the same place."
      : null,
  };
});

const messages: [LogEntry["log_type"], string, boolean][] = [
  ["calendar_sync", "Work: 3 events read, 2 blocked times made, 1 changed.", true],
  ["error", "Private: iCloud answered 401 to PROPFIND; the app-specific password is refused.", false],
  ["conflict_detected", "Team meeting (Work) and Focus time overlap by 30 minutes.", true],
  ["calendar_sync", "Holidays in Germany: nothing new since 08:00.", true],
  ["conflict_resolved", "Focus time was shortened to 10:00–11:30.", true],
  ["oauth_connected", "CalDAV account ada@cloud.example.org connected with 3 calendars.", true],
  ["integration_disconnected", "Feed old.example.org/rota.ics disconnected; 18 blocked times removed.", true],
];

export const logs: LogEntry[] = Array.from({ length: 240 }, (_, place) => {
  const [log_type, message, success] = messages[(place * 5) % messages.length] as (typeof messages)[number];
  return {
    id: uuid(7, place),
    log_type,
    log_type_display: log_type,
    integration_type: "calendar",
    integration_id: uuid(2, 1 + (place % 3)),
    booking_id: null,
    booking: null,
    message,
    details: {
      sync_id: uuid(6, place),
      mode: "incremental",
      counts: { seen: 3, created: 2 },
      http: { status: success ? 207 : 401, took_ms: 184 },
    } as never,
    success,
    request_id: success ? null : uuid(8, place),
    created_at: at(-2 - place * 7),
  };
});

export const apiKeys: ApiKey[] = [
  {
    id: uuid(9, 1),
    name: "Booking page",
    prefix: "lsk_4fT9",
    scopes: ["availability:read", "calendars:read"],
    expires_at: null,
    last_used_at: at(-7),
    created_at: at(-9000),
  },
  {
    id: uuid(9, 2),
    name: "Reporting",
    prefix: "lsk_9bQ2",
    scopes: ["*"],
    expires_at: at(60 * 24 * 40),
    last_used_at: null,
    created_at: at(-400),
  },
];

export const providers: Provider[] = [
  {
    provider: "apple",
    name: "Apple Calendar",
    kind: "calendar",
    configured: true,
    connect: {
      method: "password",
      fields: [
        {
          name: "username",
          label: "Apple Account",
          type: "email",
          required: true,
          help: "The email address that you sign in to iCloud with.",
        },
        {
          name: "password",
          label: "App-specific password",
          type: "password",
          required: true,
          help: "Four groups of four letters, made for Linkspan alone. Not the password of your Apple Account.",
        },
      ],
    },
    summary: "Calendars in iCloud, as on your iPhone and Mac.",
    reads: [
      "The names and colours of your calendars, so that you can choose which of them block your time.",
      "Your events' times, titles, answers to invitations and whether they count as busy, to know when you are not available.",
    ],
    help_steps: [
      "Sign in at account.apple.com.",
      "Open Sign-In and Security, then App-Specific Passwords.",
      "Make a password, name it Linkspan, and enter it here.",
    ],
  },
  {
    provider: "caldav",
    name: "CalDAV",
    kind: "calendar",
    configured: true,
    connect: {
      method: "password",
      fields: [
        {
          name: "server_url",
          label: "Server",
          type: "url",
          required: true,
          help: "The host's name is usually enough, such as cloud.example.org.",
        },
        { name: "username", label: "User name", type: "text", required: true, help: "" },
        {
          name: "password",
          label: "Password",
          type: "password",
          required: true,
          help: "An app password if the account has two-step sign-in.",
        },
      ],
    },
    summary: "Nextcloud, Fastmail, Radicale and any other server that speaks CalDAV.",
    reads: ["The names and colours of your calendars.", "Your events' times, titles and whether they count as busy."],
    help_steps: ["Find your server's CalDAV address."],
  },
  {
    provider: "ics",
    name: "Calendar feed",
    kind: "calendar",
    configured: true,
    connect: {
      method: "feed",
      fields: [
        {
          name: "url",
          label: "Feed address",
          type: "url",
          required: true,
          help: "Begins with https:// or webcal:// and often ends in .ics.",
        },
        {
          name: "name",
          label: "Name",
          type: "text",
          required: false,
          help: "Left empty, the feed's own name is taken.",
        },
      ],
    },
    summary: "Any calendar that is published at an address (iCalendar, .ics), read only.",
    reads: ["The feed's events: their times, titles and whether they count as busy."],
    help_steps: [],
  },
];

const hook = {
  events: ["*"],
  headers: {},
  is_active: true,
  retry_failed: true,
  max_retries: 9,
  ordering_key: null,
  rate_limit: null,
  has_secret: true,
  secret_hint: "…9Kd=",
  secret_overlap_until: null,
  signatures: ["v1"],
  public_key: null,
  disabled_reason: null,
  created_at: at(-9000),
  updated_at: at(-9000),
} as const;

const strip = (delivered: number[], failed: number): Webhook["stats"]["hours"] =>
  Array.from({ length: 24 }, (_, hour) => ({
    start: at(-60 * (23 - hour)),
    delivered: delivered[hour] ?? 0,
    failed: hour === 20 ? failed : 0,
  }));

export const webhooks: Webhook[] = [
  {
    ...hook,
    id: uuid(10, 1),
    name: "CRM",
    webhook_url: "https://crm.example.org/hooks/linkspan",
    events: ["conflict_detected", "integration_disconnected"],
    stats: {
      delivered_24h: 61,
      failed_24h: 5,
      attempts_24h: 114,
      failed_attempts_24h: 53,
      pending: 2,
      retrying: 2,
      success_rate: 0.924,
      p50_ms: 48,
      p95_ms: 310,
      next_retry_at: at(4),
      last_attempt: { started_at: at(-1), status: 500, error: "The receiver answered 500.", attempt: 2, of: 10 },
      failures: [{ error: "The receiver answered 500.", status: 500, count: 53, last_at: at(-1) }],
      hours: strip([4, 3, 2, 3, 2, 4, 3, 2, 3, 2, 2, 3], 5),
    },
  },
  {
    ...hook,
    id: uuid(10, 2),
    name: "Old intranet",
    webhook_url: "https://intranet.example.org/in",
    is_active: false,
    disabled_reason: "gone",
    stats: {
      delivered_24h: 0,
      failed_24h: 0,
      attempts_24h: 0,
      failed_attempts_24h: 0,
      pending: 0,
      retrying: 0,
      success_rate: null,
      p50_ms: null,
      p95_ms: null,
      next_retry_at: null,
      last_attempt: null,
      failures: [],
      hours: strip([], 0),
    },
  },
  {
    ...hook,
    id: uuid(10, 3),
    name: "Data warehouse",
    webhook_url: "https://events.example.org/",
    stats: {
      delivered_24h: 0,
      failed_24h: 0,
      attempts_24h: 0,
      failed_attempts_24h: 0,
      pending: 0,
      retrying: 0,
      success_rate: null,
      p50_ms: null,
      p95_ms: null,
      next_retry_at: null,
      last_attempt: null,
      failures: [],
      hours: strip([], 0),
    },
  },
];

export const deliveries: Delivery[] = Array.from({ length: 68 }, (_, place) => ({
  id: uuid(11, place),
  event_id: uuid(12, place),
  event: place % 3 ? "calendar_synced" : "conflict_detected",
  status: place < 2 ? "pending" : place % 13 === 4 ? "failed" : "delivered",
  attempts_count: place < 2 ? 2 : place % 13 === 4 ? 10 : 1,
  next_attempt_at: place < 2 ? at(4 + place) : null,
  created_at: at(-3 - place * 19),
  finished_at: place < 2 ? null : at(-3 - place * 19),
  last_attempt: null,
}));

const sent = {
  "webhook-id": uuid(12, 0),
  "webhook-timestamp": "1772444460",
  "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
};

export const delivery: DeliveryDetail = {
  ...(deliveries[0] as Delivery),
  request_body: JSON.stringify({
    id: uuid(12, 0),
    type: "calendar_synced",
    timestamp: at(-3),
    data: { calendar: "Work", created: 2 },
  }),
  attempts: [
    {
      number: 1,
      started_at: at(-3),
      duration_ms: 42,
      success: false,
      request_headers: sent,
      response_status: 503,
      response_headers: { "retry-after": "60" },
      response_body: "down for maintenance",
      response_body_cut: false,
      error: "The receiver answered 503.",
    },
    {
      number: 2,
      started_at: at(-1),
      duration_ms: 15000,
      success: false,
      request_headers: sent,
      response_status: null,
      response_headers: null,
      response_body: null,
      response_body_cut: false,
      error: "No answer within 15 seconds.",
    },
  ],
};

export const eventTypes: WebhookEventType[] = [
  "booking_created",
  "calendar_synced",
  "conflict_detected",
  "integration_disconnected",
  "webhook_disabled",
  "test",
].map((type) => ({
  type,
  description: "When it happens.",
  schema: { type: "object" } as never,
  example: { id: uuid(12, 1), type, timestamp: at(-3), data: { calendar: "Work", created: 2, changed: 1 } } as never,
}));

/** What the server would answer, by method and path; undefined where it would not know it. */
export function answer(method: string, path: string, query: URLSearchParams): unknown {
  const integration = path.match(/\/calendar\/([0-9a-f-]{36})\//)?.[1] ?? "";
  if (method !== "GET") return undefined;
  if (path === "/api/v1/users/me/") return user;
  if (path === "/api/v1/setup/") return { needed: false };
  if (path === "/api/v1/api-keys/") return apiKeys;
  if (path.endsWith("/integrations/providers/")) return providers;
  if (path.endsWith("/integrations/calendar/")) return integrations;
  if (path.endsWith("/calendar/conflicts/"))
    return (query.get("status") ?? "open") === "open" ? conflicts : { ...conflicts, conflicts: [], overlaps: [] };
  if (path.endsWith("/impact/"))
    return {
      calendars_count: 2,
      blocked_times_count: 412,
      upcoming_blocked_times_count: 380,
      open_conflicts_count: 3,
      is_destination: true,
      summary: "",
    };
  if (path.endsWith("/calendars/")) return calendars[integration] ?? [];
  if (path.endsWith("/syncs/")) return { results: syncs, next_cursor: null };
  if (/\/calendar\/[0-9a-f-]{36}\/$/.test(path)) return integrations.find((each) => each.id === integration);
  if (path.endsWith("/free-busy/")) return { busy, coverage };
  if (path.endsWith("/logs/")) {
    const limit = Number(query.get("limit") ?? 50);
    const from = Number(query.get("cursor") ?? 0);
    return {
      results: logs.slice(from, from + limit),
      next_cursor: from + limit < logs.length ? String(from + limit) : null,
    };
  }
  if (path.endsWith("/webhooks/")) return webhooks;
  if (path.endsWith("/event-types/")) return eventTypes;
  if (path.endsWith("/deliveries/")) return { results: deliveries, next_cursor: null };
  if (/\/deliveries\/[0-9a-f-]{36}\/$/.test(path)) return delivery;
  const webhook = path.match(/\/webhooks\/([0-9a-f-]{36})\/$/)?.[1];
  if (webhook) return webhooks.find((each) => each.id === webhook);
  const entry = path.match(/\/logs\/([0-9a-f-]{36})\//)?.[1];
  if (entry) return logs.find((each) => each.id === entry);
  return undefined;
}
