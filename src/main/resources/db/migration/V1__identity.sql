CREATE TABLE organizers (
    id            uuid        PRIMARY KEY,
    email         text        NOT NULL UNIQUE,
    name          text        NOT NULL DEFAULT '',
    time_zone     text        NOT NULL DEFAULT 'UTC',
    role          text        NOT NULL CHECK (role IN ('admin', 'organizer')),
    password_hash text,
    version       bigint      NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
