-- Every calendar is read from the beginning now and then: a server that was restored from a backup, or lost a change,
-- never says so. What is there already is spread over a day.
ALTER TABLE calendars ADD COLUMN last_full_sync_at timestamptz;
UPDATE calendars
SET last_full_sync_at =
    last_sync_at - (('x' || substr(md5(id::text), 1, 6))::bit(24)::int % 86400) * interval '1 second'
WHERE last_sync_at IS NOT NULL;

-- Until when what is stored reaches, where a provider tells occurrences of a window and not series; null: for ever.
ALTER TABLE calendars ADD COLUMN covered_until timestamptz;
