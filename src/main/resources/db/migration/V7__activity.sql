CREATE TABLE activity_log (
    organizer_id     uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id               uuid        NOT NULL,
    log_type         text        NOT NULL,
    integration_type text,
    integration_id   uuid,
    booking_id       uuid,
    message          text        NOT NULL,
    details          jsonb       NOT NULL,
    success          boolean     NOT NULL,
    request_id       text,
    -- what a free-text search looks through, in lower case: the message and the values of the details
    search_text      text        NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id)
);
CREATE INDEX activity_log_time ON activity_log (organizer_id, created_at, id);
CREATE INDEX activity_log_integration ON activity_log (organizer_id, integration_id, created_at, id)
    WHERE integration_id IS NOT NULL;
-- failures are few and asked for most
CREATE INDEX activity_log_failures ON activity_log (organizer_id, created_at, id) WHERE NOT success;
CREATE INDEX activity_log_booking ON activity_log (organizer_id, booking_id, created_at, id)
    WHERE booking_id IS NOT NULL;
-- rows come in the order of time, so this costs next to nothing; retention deletes by it
CREATE INDEX activity_log_age ON activity_log USING brin (created_at);

-- What changed for whom: read by the live stream and soon forgotten. Transactions do not commit in the order in which
-- they write, so a reader only takes rows of transactions older than every one that still runs; (transaction, position)
-- is then an order in which nothing appears behind a place already read.
CREATE TABLE changes (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    transaction  bigint      NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    position     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind         text        NOT NULL,
    -- null: several, or all
    resource_id  uuid,
    change       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, transaction, position)
);
CREATE INDEX changes_age ON changes USING brin (created_at);
