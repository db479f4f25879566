-- How often people edited a connection and a calendar, for If-Match: a pass changes what is shown of them without
-- being an edit.
ALTER TABLE calendar_integrations ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE calendars ADD COLUMN version bigint NOT NULL DEFAULT 1;
