-- Global: the data keysets that seal every organizer's credentials, wrapped by the key of
-- LINKSPAN_ENCRYPTION_KEYSET_FILE. All nodes read the same row, so that they rotate together.
CREATE TABLE keysets (
    name       text        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    -- raised by every change, so that a change that rests on an older row is refused
    version    bigint      NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
