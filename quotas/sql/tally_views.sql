-- Roll-up plus inbox: what a figure is at this very moment. One statement reads both sides in
-- one snapshot, so a fold running beside it can neither hide nor double a row.
CREATE VIEW tally_month_now AS
SELECT month, unit, province, programme, sum(n)::int AS n, sum(pending)::int AS pending
FROM (
    SELECT month, unit, province, programme, n, 0 AS pending FROM tally_month
    UNION ALL
    SELECT date_trunc('month', completed_on)::date, unit, province, programme, n, 1
    FROM tally_inbox
) AS both_sides
GROUP BY month, unit, province, programme;

-- One inbox or ledger row stands in three levels and seven dimensions of the breakdown.
CREATE FUNCTION tally_faces(
    office text, unit text, origin text, province text, destination text, scheme text,
    employer_kind text, sex text, job_title text
) RETURNS TABLE (level text, unit_code text, dimension text, value text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 21
    BEGIN ATOMIC
        SELECT l.level, l.unit_code, d.dimension, d.value
        FROM (VALUES ('national', ''), ('served', unit), ('origin', province))
                 AS l (level, unit_code)
        CROSS JOIN (VALUES
            ('destination', destination), ('scheme', scheme), ('employer_kind', employer_kind),
            ('sex', sex), ('job_title', job_title), ('regency', origin), ('office', office)
        ) AS d (dimension, value);
    END;

CREATE VIEW tally_breakdown_now AS
SELECT month, level, unit_code, programme, dimension, value,
       sum(n)::int AS n, sum(pending)::int AS pending
FROM (
    SELECT month, level, unit_code, programme, dimension, value, n, 0 AS pending
    FROM tally_breakdown
    UNION ALL
    SELECT date_trunc('month', i.completed_on)::date, f.level, f.unit_code, i.programme,
           f.dimension, f.value, i.n, 1
    FROM tally_inbox i
    CROSS JOIN LATERAL tally_faces(
        i.office, i.unit, i.origin, i.province, i.destination, i.scheme, i.employer_kind,
        i.sex, i.job_title
    ) AS f
) AS both_sides
GROUP BY month, level, unit_code, programme, dimension, value;

-- Attainment = realised / target x 100, uncapped and unrounded; no target is null.
CREATE FUNCTION attainment_percent(realised bigint, target bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN target IS NULL OR target = 0 THEN NULL
                ELSE realised::numeric * 100 / target END;

-- The band of the exact ratio: 90.96 % is shown as 91.0 % but is not yet in the band from 91.
CREATE FUNCTION attainment_level(realised bigint, target bigint) RETURNS smallint
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT level FROM quotas_ratingband
        WHERE target > 0 AND minimum * target <= realised::numeric * 100
        ORDER BY minimum DESC LIMIT 1;
    END;

CREATE VIEW attainment_now AS
WITH waiting AS (
    SELECT extract(year FROM i.completed_on)::smallint AS year, l.measure, l.unit_code,
           p.programme, sum(i.n)::int AS n, count(*)::int AS pending
    FROM tally_inbox i
    CROSS JOIN LATERAL (VALUES ('national', ''), ('served', i.unit), ('origin', i.province))
        AS l (measure, unit_code)
    CROSS JOIN LATERAL (VALUES (''), (i.programme)) AS p (programme)
    GROUP BY 1, 2, 3, 4
), stored AS (
    SELECT coalesce(a.year, w.year) AS year,
           coalesce(a.measure, w.measure)::varchar(8) AS measure,
           coalesce(a.unit_code, w.unit_code)::varchar(40) AS unit_code,
           coalesce(a.programme, w.programme)::varchar(24) AS programme,
           a.target, coalesce(a.realised, 0) + coalesce(w.n, 0) AS realised,
           a.target_set_id, a.batch, a.computed_at,
           coalesce(w.n, 0) AS waiting, coalesce(w.pending, 0) AS pending
    FROM attainment a
    FULL JOIN waiting w USING (year, measure, unit_code, programme)
)
SELECT s.*, attainment_percent(s.realised, s.target) AS percent,
       band.level AS rating_level, band.label AS rating_label, band.label_en AS rating_label_en,
       coalesce(pr.name, o.name, 'Indonesia')::varchar(80) AS unit_name,
       coalesce(o.kind, s.measure)::varchar(12) AS unit_kind
FROM stored s
LEFT JOIN regions_province pr ON s.measure = 'origin' AND pr.code = s.unit_code
LEFT JOIN regions_office o ON s.measure = 'served' AND o.code = s.unit_code
LEFT JOIN quotas_ratingband band ON band.level = attainment_level(s.realised, s.target);
