-- How much memory a message takes, known before it is read, so that claims can keep within what there is.
ALTER TABLE pending_deliveries ADD COLUMN bytes integer NOT NULL DEFAULT 0;

-- What a person sent to try one webhook: no other hears of it, and no statistics count it.
ALTER TABLE events ADD COLUMN test boolean NOT NULL DEFAULT false;
ALTER TABLE finished_deliveries ADD COLUMN test boolean NOT NULL DEFAULT false;
DROP INDEX finished_deliveries_by_end;
CREATE INDEX finished_deliveries_by_end ON finished_deliveries (organizer_id, webhook_id, finished_at)
    INCLUDE (status, test);

-- When to look once more for events that were on their way when a webhook was switched on again.
ALTER TABLE replays ADD COLUMN look_again_at timestamptz;
CREATE INDEX replays_look_again ON replays (look_again_at) WHERE look_again_at IS NOT NULL;

-- Webhooks that are off, and for which something may still wait that has to be given up.
CREATE INDEX webhooks_off ON webhooks (organizer_id, id) WHERE NOT is_active;
