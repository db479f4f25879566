-- How the manual block was that was deleted or shortened to resolve the conflict; null unless one was.
ALTER TABLE conflicts ADD COLUMN replaced_block jsonb;
ALTER TABLE conflicts ADD CONSTRAINT conflicts_replaced
    CHECK (replaced_block IS NULL OR (status = 'resolved' AND freed_block IS NULL));

-- the list of what somebody marked as free, which is short
CREATE INDEX blocked_times_marked_free ON blocked_times (organizer_id, start_at, id)
    WHERE marked_free AND calendar_id IS NOT NULL;
