-- As what a calendar's blocks were made: the zone of its whole days and floating times, and whose answers to
-- invitations count. Null while nothing is stored; empty if not all were made as the same; 'pending …' while they are
-- being made anew. While it is not what holds now, the calendar is not fresh.
ALTER TABLE calendars ADD COLUMN expanded_as text;

-- what is stored was made before anybody kept account of that: it is made anew once
UPDATE calendars SET expanded_as = '' WHERE fence > 0;

-- Occurrences that their organizer marked free, kept while the calendar does not block and has no blocks.
ALTER TABLE calendars ADD COLUMN freed jsonb NOT NULL DEFAULT '[]';
