-- The target of every unit and programme in a set. A unit's target for all programmes together
-- is its own row without programme; where there is none, the sum of its programme rows.
CREATE FUNCTION attainment_targets(p_set bigint)
    RETURNS TABLE (measure text, unit_code text, programme text, amount bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH typed AS (
            SELECT t.measure::text AS measure,
                   coalesce(t.unit_id, t.province_id, '')::text AS unit_code,
                   coalesce(t.programme_id, '')::text AS programme, t.amount::bigint AS amount
            FROM quotas_target t WHERE t.target_set_id = p_set
        )
        SELECT measure, unit_code, programme, amount FROM typed
        UNION ALL
        SELECT measure, unit_code, '', sum(amount)::bigint FROM typed s
        WHERE NOT EXISTS (
            SELECT 1 FROM typed e
            WHERE e.measure = s.measure AND e.unit_code = s.unit_code AND e.programme = ''
        )
        GROUP BY measure, unit_code;
    END;

-- Recompute a year from the roll-up: every unit, every programme and all together, zeros
-- included. Rows that did not change keep their stamp. Returns the number of changed rows.
CREATE FUNCTION attainment_recompute(p_year int, p_batch bigint) RETURNS int
    LANGUAGE plpgsql AS $$
DECLARE
    enacted bigint := (
        SELECT id FROM quotas_targetset WHERE year = p_year AND status = 'enacted');
    changed int;
BEGIN
    WITH units AS (
        SELECT 'national' AS measure, '' AS unit_code
        UNION ALL SELECT 'served', code FROM regions_office WHERE parent_id IS NULL
        UNION ALL SELECT 'origin', code FROM regions_province
    ), programmes AS (
        SELECT '' AS programme UNION ALL SELECT code FROM placement_programme
    ), months AS (
        SELECT unit, province, programme, sum(n) AS n FROM tally_month
        WHERE month >= make_date(p_year, 1, 1) AND month < make_date(p_year + 1, 1, 1)
        GROUP BY unit, province, programme
    ), sums AS (
        SELECT l.measure, l.unit_code, p.programme, sum(m.n)::int AS n
        FROM months m
        CROSS JOIN LATERAL (VALUES ('national', ''), ('served', m.unit), ('origin', m.province))
            AS l (measure, unit_code)
        CROSS JOIN LATERAL (VALUES (''), (m.programme)) AS p (programme)
        GROUP BY 1, 2, 3
    )
    INSERT INTO attainment AS a (
        year, measure, unit_code, programme, target, realised, target_set_id, batch, computed_at
    )
    SELECT p_year, u.measure, u.unit_code, g.programme, t.amount, coalesce(s.n, 0), enacted,
           p_batch, clock_timestamp()
    FROM (SELECT measure, unit_code FROM units UNION SELECT measure, unit_code FROM sums) u
    CROSS JOIN programmes g
    LEFT JOIN sums s USING (measure, unit_code, programme)
    LEFT JOIN attainment_targets(enacted) t USING (measure, unit_code, programme)
    ON CONFLICT (year, measure, unit_code, programme) DO UPDATE
        SET target = excluded.target, realised = excluded.realised,
            target_set_id = excluded.target_set_id, batch = excluded.batch,
            computed_at = excluded.computed_at
        WHERE (a.target, a.realised, a.target_set_id)
              IS DISTINCT FROM (excluded.target, excluded.realised, excluded.target_set_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
