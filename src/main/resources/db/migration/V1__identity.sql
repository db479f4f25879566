-- A person who can sign in, and the owner of every other record.
CREATE TABLE organizers (
    id            uuid        PRIMARY KEY,
    -- lower case; unique through the table emails
    email         text        NOT NULL CHECK (email = lower(email)),
    name          text        NOT NULL DEFAULT '',
    time_zone     text        NOT NULL DEFAULT 'UTC',
    role          text        NOT NULL CHECK (role IN ('admin', 'organizer')),
    -- Argon2id in the PHC string format; null until an invitation is accepted
    password_hash text,
    version       bigint      NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
-- few, and asked for at every start and before one is demoted
CREATE INDEX organizers_admins ON organizers (id) WHERE role = 'admin';

-- Global, because organizers are spread by id and an address is unique over all of them.
CREATE TABLE emails (
    email        text PRIMARY KEY CHECK (email = lower(email)),
    organizer_id uuid NOT NULL UNIQUE REFERENCES organizers (id) ON DELETE CASCADE
);

CREATE TABLE api_keys (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    id           uuid        NOT NULL,
    name         text        NOT NULL,
    -- how the key begins, to recognise it by
    prefix       text        NOT NULL,
    scopes       text[]      NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, id)
);

-- Global: who calls is found by the hash alone. SHA-256 of the key, which is random.
CREATE TABLE api_key_hashes (
    key_hash     bytea PRIMARY KEY,
    organizer_id uuid  NOT NULL,
    api_key_id   uuid  NOT NULL,
    UNIQUE (organizer_id, api_key_id),
    FOREIGN KEY (organizer_id, api_key_id) REFERENCES api_keys (organizer_id, id) ON DELETE CASCADE
);

-- Global, for the same reason. SHA-256 of the cookie's token.
CREATE TABLE sessions (
    token_hash   bytea       PRIMARY KEY,
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL
);
CREATE INDEX sessions_organizer ON sessions (organizer_id);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- Global. One open link an organizer.
CREATE TABLE invitations (
    token_hash   bytea       PRIMARY KEY,
    organizer_id uuid        NOT NULL UNIQUE REFERENCES organizers (id) ON DELETE CASCADE,
    expires_at   timestamptz NOT NULL
);

-- Global. The link that makes the first administrator; none once there is one.
CREATE TABLE setup_link (
    singleton  boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    token_hash bytea       NOT NULL,
    created_at timestamptz NOT NULL
);

-- Global: an attempt to sign in has no organizer yet. The subject is a hash of an email address, a network, or both.
CREATE TABLE sign_in_attempts (
    subject       bytea            PRIMARY KEY,
    -- failures, leaking away over time
    level         double precision NOT NULL DEFAULT 0,
    counted_at    timestamptz      NOT NULL,
    blocked_until timestamptz,
    -- when this person last signed in from this network
    succeeded_at  timestamptz
);
CREATE INDEX sign_in_attempts_counted ON sign_in_attempts (counted_at);

-- Global. What of the operator's ADMIN_EMAIL and ADMIN_PASSWORD was applied, so that a change there applies once
-- and what the person changed since stays.
CREATE TABLE admin_settings (
    email         text PRIMARY KEY,
    organizer_id  uuid NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    password_hash text
);
