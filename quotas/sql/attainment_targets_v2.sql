-- The target of every unit and programme in a set. A unit's target for all programmes together
-- is its own row without programme; where there is none, the sum of its programme rows, unless
-- the set is for some programmes only: then it has none.
CREATE OR REPLACE FUNCTION attainment_targets(p_set bigint)
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
        ) AND NOT EXISTS (SELECT 1 FROM quotas_targetset p WHERE p.id = p_set AND p.is_partial)
        GROUP BY measure, unit_code;
    END;
