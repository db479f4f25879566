-- What failed within a day, for the figures and causes of a webhook; what succeeds costs nothing more.
CREATE INDEX delivery_attempts_failed ON delivery_attempts (organizer_id, webhook_id, started_at) WHERE NOT succeeded;

-- A replay of what is pending makes what waits for its retry due at once.
ALTER TABLE replays DROP CONSTRAINT replays_what_check;
ALTER TABLE replays ADD CONSTRAINT replays_what_check
    CHECK (what IN ('failed', 'delivered', 'missed', 'pending', 'all'));
