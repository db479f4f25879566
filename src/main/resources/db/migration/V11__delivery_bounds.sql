-- How much memory a message takes, known before it is read, so that claims can keep within what there is.
ALTER TABLE pending_deliveries ADD COLUMN bytes integer NOT NULL DEFAULT 0;
