-- Two blocks that claim the same time. The pair keeps its id for as long as both blocks exist.
CREATE TABLE conflicts (
    organizer_id   uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id             uuid        NOT NULL,
    kind           text        NOT NULL,
    -- the pair, in an order that does not depend on the blocks' times
    block_a        uuid        NOT NULL,
    block_b        uuid        NOT NULL,
    -- the same two as they were last seen, the external event first: what is left of a block that is gone
    first_party    jsonb       NOT NULL,
    second_party   jsonb       NOT NULL,
    overlap_from   timestamptz NOT NULL,
    overlap_to     timestamptz NOT NULL,
    status         text        NOT NULL CHECK (status IN ('open', 'dismissed', 'resolved')),
    -- the overlap that was dismissed; null while it is not
    dismissed_from timestamptz,
    dismissed_to   timestamptz,
    -- the block that was marked free to resolve it; null unless it was
    freed_block    uuid,
    version        bigint      NOT NULL DEFAULT 1,
    detected_at    timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id),
    CONSTRAINT conflicts_overlap CHECK (overlap_to > overlap_from),
    CONSTRAINT conflicts_dismissed CHECK ((status = 'dismissed') = (dismissed_from IS NOT NULL)
                                          AND (dismissed_from IS NULL) = (dismissed_to IS NULL)),
    CONSTRAINT conflicts_freed CHECK (freed_block IS NULL OR status = 'resolved')
);
CREATE UNIQUE INDEX conflicts_pair ON conflicts (organizer_id, block_a, block_b, kind);
CREATE INDEX conflicts_range ON conflicts USING gist (organizer_id, tstzrange(overlap_from, overlap_to));
CREATE INDEX conflicts_start ON conflicts (organizer_id, overlap_from, id);
-- resolved ones are kept as long as the log
CREATE INDEX conflicts_resolved ON conflicts (updated_at) WHERE status = 'resolved';

CREATE TABLE conflict_history (
    organizer_id uuid        NOT NULL,
    conflict_id  uuid        NOT NULL,
    id           uuid        NOT NULL,
    at           timestamptz NOT NULL,
    status       text        NOT NULL,
    -- what somebody did, and who; null when the blocks changed by themselves
    action       text,
    by_email     text,
    explanation  text        NOT NULL,
    PRIMARY KEY (organizer_id, conflict_id, id),
    FOREIGN KEY (organizer_id, conflict_id) REFERENCES conflicts (organizer_id, id) ON DELETE CASCADE
);

-- Locked by whoever compares an organizer's blocks with their conflicts.
CREATE TABLE conflict_states (
    organizer_id uuid    PRIMARY KEY REFERENCES organizers (id) ON DELETE CASCADE,
    -- there are more conflicts than are kept
    truncated    boolean NOT NULL DEFAULT false
);
