-- The province is the first two digits of the kabupaten/kota, stored beside every signed row.
ALTER TABLE tally_inbox
    ADD COLUMN province varchar(2) GENERATED ALWAYS AS (left(origin, 2)) STORED,
    ALTER COLUMN arrived_at SET DEFAULT clock_timestamp();
ALTER TABLE tally_ledger
    ADD COLUMN province varchar(2) GENERATED ALWAYS AS (left(origin, 2)) STORED;

-- The inbox is emptied every two seconds: vacuum must not wait for a fifth of a table that has
-- just been a million rows long.
ALTER TABLE tally_inbox SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000
);
ALTER TABLE attainment SET (fillfactor = 70);
ALTER TABLE heartbeat SET (fillfactor = 50);
