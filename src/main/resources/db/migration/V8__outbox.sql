-- Events for other systems, committed with the change that they tell of. The time is in the key so that the table can
-- be cut into partitions by day.
CREATE TABLE events (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id           text        NOT NULL,
    type         text        NOT NULL,
    data         jsonb       NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, created_at, id)
);
CREATE INDEX events_age ON events USING brin (created_at);
