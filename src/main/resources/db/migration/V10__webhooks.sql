-- Who hears of which events. Keys and headers are sealed.
CREATE TABLE webhooks (
    organizer_id     uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id               uuid        NOT NULL,
    name             text        NOT NULL,
    url              text        NOT NULL,
    events           text[]      NOT NULL,
    headers          bytea       NOT NULL,
    is_active        boolean     NOT NULL,
    retry_failed     boolean     NOT NULL,
    max_retries      integer     NOT NULL,
    -- the secrets and Ed25519 keys that sign, those in overlap included
    keys             bytea       NOT NULL,
    secret_hint      text        NOT NULL,
    ed25519          boolean     NOT NULL,
    disabled_reason  text,
    off_since        timestamptz,
    failing_since    timestamptz,
    -- a path into the data of events; null: they arrive in any order
    ordering_key     text,
    -- requests a second; null: as many as it answers
    rate_limit       integer,
    version          bigint      NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id)
);

-- The hot table: only what is still to be sent. Rows leave it for finished_deliveries. No reference to webhooks: it
-- would lock the webhook's row with every event; what was left behind by a deleted one is cleared when it is claimed.
CREATE TABLE pending_deliveries (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    webhook_id   uuid        NOT NULL,
    id           uuid        NOT NULL,
    event_id     text        NOT NULL,
    event_type   text        NOT NULL,
    event_at     timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0,
    -- attempts since it was queued: a delivery that a person sends again begins the schedule anew
    tries        integer     NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL,
    -- by the database's clock, which is the same for every node
    leased_until timestamptz,
    fence        bigint      NOT NULL DEFAULT 0,
    -- a person tried the webhook and waits for the answer: sent by the node that queued it or by nobody
    test         boolean     NOT NULL DEFAULT false,
    -- those with the same one are sent one after the other; a hash of the value at the webhook's ordering_key
    order_key    bigint,
    replay_id    uuid,
    PRIMARY KEY (organizer_id, webhook_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX pending_deliveries_due ON pending_deliveries (organizer_id, webhook_id, due_at, id)
    WHERE order_key IS NULL;
CREATE INDEX pending_deliveries_replay ON pending_deliveries (organizer_id, webhook_id, replay_id)
    WHERE replay_id IS NOT NULL;
-- of no cost to webhooks that ask for no order
CREATE INDEX pending_deliveries_ordered_due ON pending_deliveries (organizer_id, webhook_id, due_at, id)
    WHERE order_key IS NOT NULL;
CREATE INDEX pending_deliveries_order ON pending_deliveries (organizer_id, webhook_id, order_key, event_at, id)
    WHERE order_key IS NOT NULL;

CREATE TABLE finished_deliveries (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    webhook_id   uuid        NOT NULL,
    id           uuid        NOT NULL,
    event_id     text        NOT NULL,
    event_type   text        NOT NULL,
    event_at     timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    status       text        NOT NULL CHECK (status IN ('delivered', 'failed')),
    attempts     integer     NOT NULL,
    finished_at  timestamptz NOT NULL,
    replay_id    uuid,
    PRIMARY KEY (organizer_id, webhook_id, id)
);
CREATE INDEX finished_deliveries_by_end ON finished_deliveries (organizer_id, webhook_id, finished_at) INCLUDE (status);
CREATE INDEX finished_deliveries_replay ON finished_deliveries (organizer_id, webhook_id, replay_id)
    WHERE replay_id IS NOT NULL;
CREATE INDEX finished_deliveries_age ON finished_deliveries USING brin (finished_at);

-- What a person sends again. It is queued in parts; the row says how far.
CREATE TABLE replays (
    organizer_id  uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    webhook_id    uuid        NOT NULL,
    id            uuid        NOT NULL,
    what          text        NOT NULL CHECK (what IN ('failed', 'delivered', 'missed', 'all')),
    from_at       timestamptz NOT NULL,
    to_at         timestamptz NOT NULL,
    state         text        NOT NULL CHECK (state IN ('queuing', 'queued', 'cancelled')),
    total         integer     NOT NULL,
    queued        integer     NOT NULL DEFAULT 0,
    last_delivery uuid,
    last_event_at timestamptz,
    last_event_id text,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, webhook_id, id)
);
CREATE INDEX replays_queuing ON replays (created_at) WHERE state = 'queuing';

-- Webhooks that are gone, and whose deliveries are still being cleared, a few thousand at a time.
CREATE TABLE deleted_webhooks (
    organizer_id uuid NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    PRIMARY KEY (organizer_id, id)
);

-- What was sent and what came back, in partitions by day, which retention drops whole.
CREATE TABLE delivery_attempts (
    organizer_id     uuid        NOT NULL,
    webhook_id       uuid        NOT NULL,
    delivery_id      uuid        NOT NULL,
    number           integer     NOT NULL,
    started_at       timestamptz NOT NULL,
    duration_ms      integer     NOT NULL,
    succeeded        boolean     NOT NULL,
    request_headers  jsonb       NOT NULL,
    response_status  integer,
    response_headers jsonb,
    response_body    text,
    body_cut         boolean     NOT NULL,
    error            text
) PARTITION BY RANGE (started_at);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (organizer_id, webhook_id, delivery_id, number);
CREATE TABLE delivery_attempts_other PARTITION OF delivery_attempts DEFAULT;

-- Ids that integrators gave to events of their own: none is published twice.
CREATE TABLE event_ids (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id           text        NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id)
);
CREATE INDEX event_ids_age ON event_ids USING brin (created_at);
