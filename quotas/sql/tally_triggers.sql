-- Three statement-level triggers write signed rows into the inbox: NEW as +1, OLD as -1, netted
-- per (placement, cell). A move, a back-dating, a void, an upsert and a COPY are all the same to
-- them, and an edit of a remark emits nothing. They run in the writer's own transaction.
CREATE FUNCTION tally_placement_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_inbox (
        placement, completed_on, office, unit, origin, destination, scheme, programme,
        employer_kind, sex, job_title, n
    )
    SELECT id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
           programme_id, employer_kind_id, sex, job_title_id, 1
    FROM new_rows
    WHERE placement_counts(status);
    RETURN NULL;
END $$;

CREATE FUNCTION tally_placement_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_inbox (
        placement, completed_on, office, unit, origin, destination, scheme, programme,
        employer_kind, sex, job_title, n
    )
    SELECT id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
           programme_id, employer_kind_id, sex, job_title_id, sum(sign)
    FROM (
        SELECT id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
               programme_id, employer_kind_id, sex, job_title_id, 1 AS sign
        FROM new_rows WHERE placement_counts(status)
        UNION ALL
        SELECT id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
               programme_id, employer_kind_id, sex, job_title_id, -1
        FROM old_rows WHERE placement_counts(status)
    ) AS signed
    GROUP BY id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
             programme_id, employer_kind_id, sex, job_title_id
    HAVING sum(sign) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_placement_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_inbox (
        placement, completed_on, office, unit, origin, destination, scheme, programme,
        employer_kind, sex, job_title, n
    )
    SELECT id, completed_on, office_id, unit_id, origin_id, destination_id, scheme_id,
           programme_id, employer_kind_id, sex, job_title_id, -1
    FROM old_rows
    WHERE placement_counts(status);
    RETURN NULL;
END $$;

CREATE TRIGGER tally_on_insert AFTER INSERT ON placement_placement
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_placement_inserted();
CREATE TRIGGER tally_on_update AFTER UPDATE ON placement_placement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_placement_updated();
CREATE TRIGGER tally_on_delete AFTER DELETE ON placement_placement
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_placement_deleted();
