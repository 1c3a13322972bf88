-- Realised from 1 January of a year through a day: whole months from the roll-up and the inbox,
-- the days of the last, broken month from the placements themselves. One statement, so exact.
CREATE FUNCTION tally_through(p_through date)
    RETURNS TABLE (measure text, unit_code text, programme text, realised bigint, pending bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH parts AS (
            SELECT unit, province, programme, n, pending FROM tally_month_now
            WHERE month >= date_trunc('year', p_through)::date
              AND (month + interval '1 month')::date <= p_through + 1
            UNION ALL
            SELECT unit_id, origin_province, programme_id, count(*), 0
            FROM placement_placement
            WHERE placement_counts(status)
              AND completed_on >= date_trunc('month', p_through)::date
              AND completed_on <= p_through
              AND (date_trunc('month', p_through) + interval '1 month')::date > p_through + 1
            GROUP BY unit_id, origin_province, programme_id
        )
        SELECT l.measure, l.unit_code, g.programme, sum(p.n)::bigint, sum(p.pending)::bigint
        FROM parts p
        CROSS JOIN LATERAL (VALUES ('national', ''), ('served', p.unit), ('origin', p.province))
            AS l (measure, unit_code)
        CROSS JOIN LATERAL (VALUES (''), (p.programme)) AS g (programme)
        GROUP BY 1, 2, 3;
    END;
