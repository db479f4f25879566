-- trusted since PostgreSQL 13: the owner of the database may create it
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- One row is one stretch of time: a manual block, or one occurrence of a synced event, never merged.
CREATE TABLE blocked_times (
    organizer_id   uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id             uuid        NOT NULL,
    start_at       timestamptz NOT NULL,
    end_at         timestamptz NOT NULL,
    all_day        boolean     NOT NULL DEFAULT false,
    reason         text        NOT NULL DEFAULT '',
    source         text        NOT NULL,
    -- the event's UID at its calendar; null for manual blocks
    external_id    text,
    integration_id uuid,
    calendar_id    uuid,
    -- where the event is stored in its calendar, and which occurrence of its series this is
    resource       text,
    occurrence     text,
    -- the organizer said that this occurrence does not block; survives a new sync
    marked_free    boolean     NOT NULL DEFAULT false,
    version        bigint      NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id),
    CONSTRAINT blocked_times_last CHECK (end_at > start_at),
    CONSTRAINT blocked_times_origin CHECK ((source = 'manual') = (calendar_id IS NULL AND resource IS NULL))
);

CREATE UNIQUE INDEX blocked_times_occurrence ON blocked_times (organizer_id, calendar_id, resource, occurrence)
    WHERE calendar_id IS NOT NULL;
CREATE INDEX blocked_times_start ON blocked_times (organizer_id, start_at, id);
CREATE INDEX blocked_times_range ON blocked_times USING gist (organizer_id, tstzrange(start_at, end_at));

-- The stretch of time in which an organizer's blocks changed since conflicts were last reconciled. Whoever reconciles
-- deletes the row only if it is still the version that was read (by xmin): what is noted meanwhile stays noted.
CREATE TABLE blocked_time_changes (
    organizer_id uuid        PRIMARY KEY REFERENCES organizers (id) ON DELETE CASCADE,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL
);
