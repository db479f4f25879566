-- One row is one intended effect, named by its client; its answer is kept with it for a day.
CREATE TABLE idempotency_keys (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    key          text        NOT NULL,
    id           uuid        NOT NULL,
    operation    text        NOT NULL,
    -- a digest of the request, sealed: a bare one would let passwords in it be guessed
    request      bytea       NOT NULL,
    -- raised by each takeover; only the holder of the present one may store an answer
    fence        bigint      NOT NULL DEFAULT 1,
    lease_until  timestamptz NOT NULL,
    -- null while the call is running
    status       integer,
    -- headers and body, sealed: secrets are shown in answers once
    answer       bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, key),
    CONSTRAINT idempotency_keys_whole CHECK ((status IS NULL) = (answer IS NULL))
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
