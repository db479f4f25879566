-- One row for each limit of an organizer. Whoever stores more of something that is limited locks it first, counts, and
-- only then stores; what is limited by the day is counted here.
CREATE TABLE limit_usage (
    organizer_id uuid   NOT NULL REFERENCES organizers (id) ON DELETE CASCADE,
    name         text   NOT NULL,
    -- in UTC, that used counts for; null where the things themselves are counted
    day          date,
    used         bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organizer_id, name)
);
