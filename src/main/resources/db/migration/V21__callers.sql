-- A stored answer is for the caller who got it: whoever else sends the same key means another effect. Those from before
-- have no caller, and are not answered again.
ALTER TABLE idempotency_keys ADD COLUMN caller text NOT NULL DEFAULT '';
ALTER TABLE idempotency_keys ALTER COLUMN caller DROP DEFAULT;
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;
ALTER TABLE idempotency_keys ADD PRIMARY KEY (organizer_id, caller, key);

-- The key that a key was created with; it is revoked together with that one. An administrator's key may have created it
-- for another organizer.
ALTER TABLE api_keys ADD COLUMN creator_organizer_id uuid;
ALTER TABLE api_keys ADD COLUMN creator_key_id uuid;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_creator FOREIGN KEY (creator_organizer_id, creator_key_id)
    REFERENCES api_keys (organizer_id, id) ON DELETE CASCADE;
CREATE INDEX api_keys_creator ON api_keys (creator_organizer_id, creator_key_id) WHERE creator_key_id IS NOT NULL;

-- Browsers in which a person has signed in: failures made elsewhere do not keep them waiting. SHA-256 of the cookie's
-- token.
CREATE TABLE known_devices (
    organizer_id uuid        NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    token_hash   bytea       NOT NULL,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (organizer_id, token_hash)
);
