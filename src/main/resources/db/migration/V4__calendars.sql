-- An account that an organizer connected at a provider. Calendars (and later video) stand on it.
CREATE TABLE accounts (
    organizer_id     uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id               uuid        NOT NULL,
    provider         text        NOT NULL,
    provider_user_id text        NOT NULL,
    provider_email   text,
    display_name     text        NOT NULL,
    -- sealed for (organizer_id, id, 'credentials')
    credentials      bytea       NOT NULL,
    attributes       jsonb       NOT NULL DEFAULT '{}',
    -- null while the credentials are accepted
    broken_since     timestamptz,
    broken_reason    text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id)
);
CREATE UNIQUE INDEX accounts_identity ON accounts (organizer_id, provider, provider_user_id);

CREATE TABLE calendar_integrations (
    organizer_id uuid        NOT NULL,
    id           uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    is_active    boolean     NOT NULL DEFAULT true,
    sync_enabled boolean     NOT NULL DEFAULT true,
    -- when the account's list of calendars was last read
    listed_at    timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id),
    FOREIGN KEY (organizer_id, account_id) REFERENCES accounts (organizer_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calendar_integrations_account ON calendar_integrations (organizer_id, account_id);
CREATE INDEX calendar_integrations_listed ON calendar_integrations (listed_at);

CREATE TABLE calendars (
    organizer_id   uuid        NOT NULL,
    id             uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    external_id    text        NOT NULL,
    name           text        NOT NULL,
    color          text,
    time_zone      text,
    access         text        NOT NULL,
    is_primary     boolean     NOT NULL,
    blocks_time    boolean     NOT NULL,
    is_destination boolean     NOT NULL DEFAULT false,
    busy_policy    jsonb       NOT NULL,
    stale_policy   text        NOT NULL DEFAULT 'last_known',
    -- where the last complete pass ended; null: the next pass is full
    sync_token     text,
    -- the stretch that is expanded into blocked times; null until the first pass
    window_from    timestamptz,
    window_to      timestamptz,
    last_sync_at   timestamptz,
    -- consecutive failed passes, and what the last one said
    failures       integer     NOT NULL DEFAULT 0,
    last_error     text,
    refresh_hint   interval,
    -- when the next pass is due; null: not by itself
    next_sync_at   timestamptz,
    -- who writes: a pass may store only while its number is the latest
    fence          bigint      NOT NULL DEFAULT 0,
    -- by the database's clock; a pass whose node died is taken over when it ends
    leased_until   timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id),
    FOREIGN KEY (organizer_id, integration_id) REFERENCES calendar_integrations (organizer_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calendars_external ON calendars (organizer_id, integration_id, external_id);
CREATE UNIQUE INDEX calendars_destination ON calendars (organizer_id) WHERE is_destination;
CREATE INDEX calendars_due ON calendars (next_sync_at) WHERE next_sync_at IS NOT NULL;
CREATE INDEX calendars_leased ON calendars (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX calendars_window ON calendars (window_to);

-- What a calendar holds, as last read: expanded anew when the window rolls or a policy changes.
CREATE TABLE calendar_resources (
    organizer_id  uuid        NOT NULL,
    calendar_id   uuid        NOT NULL,
    resource      text        NOT NULL,
    etag          text,
    series        jsonb       NOT NULL,
    -- what the provider's part could not understand, a sentence each
    unread        text[]      NOT NULL DEFAULT '{}',
    -- that, and what expansion could not resolve or exceeded the work budget
    problems      text[]      NOT NULL DEFAULT '{}',
    -- start of the first occurrence at or after the expanded window; null: there is none
    next_start_at timestamptz,
    PRIMARY KEY (organizer_id, calendar_id, resource),
    FOREIGN KEY (organizer_id, calendar_id) REFERENCES calendars (organizer_id, id) ON DELETE CASCADE
);
CREATE INDEX calendar_resources_next ON calendar_resources (organizer_id, calendar_id, next_start_at)
    WHERE next_start_at IS NOT NULL;
CREATE INDEX calendar_resources_problems ON calendar_resources (organizer_id, calendar_id)
    WHERE problems <> '{}';

CREATE TABLE sync_runs (
    organizer_id   uuid        NOT NULL,
    id             uuid        NOT NULL,
    integration_id uuid        NOT NULL,
    calendar_id    uuid        NOT NULL,
    mode           text        NOT NULL,
    trigger        text        NOT NULL,
    requested_at   timestamptz NOT NULL,
    -- null while it waits for its turn
    started_at     timestamptz,
    finished_at    timestamptz,
    outcome        text        NOT NULL DEFAULT 'running',
    full_requested boolean     NOT NULL DEFAULT false,
    events_seen    integer     NOT NULL DEFAULT 0,
    created        integer     NOT NULL DEFAULT 0,
    updated        integer     NOT NULL DEFAULT 0,
    removed        integer     NOT NULL DEFAULT 0,
    requests       integer     NOT NULL DEFAULT 0,
    error          text,
    PRIMARY KEY (organizer_id, id),
    FOREIGN KEY (organizer_id, calendar_id) REFERENCES calendars (organizer_id, id) ON DELETE CASCADE
);
CREATE INDEX sync_runs_calendar ON sync_runs (organizer_id, calendar_id, id);
CREATE INDEX sync_runs_integration ON sync_runs (organizer_id, integration_id, id);
CREATE INDEX sync_runs_open ON sync_runs (organizer_id, calendar_id) WHERE outcome = 'running';
