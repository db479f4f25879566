-- How many events of a resource could not be read or had to be guessed, so that an answer about time can say so.
ALTER TABLE calendar_resources ADD COLUMN left_out integer NOT NULL DEFAULT 0;
UPDATE calendar_resources SET left_out = CASE WHEN series = '[]' THEN cardinality(problems) ELSE 1 END
WHERE problems <> '{}';
DROP INDEX calendar_resources_problems;
CREATE INDEX calendar_resources_left_out ON calendar_resources (organizer_id, calendar_id, resource)
    INCLUDE (left_out) WHERE left_out > 0;

-- What was so at the end of a run: the count, and the first of them as [{event, detail}].
ALTER TABLE sync_runs ADD COLUMN left_out integer NOT NULL DEFAULT 0;
ALTER TABLE sync_runs ADD COLUMN problems jsonb NOT NULL DEFAULT '[]';
