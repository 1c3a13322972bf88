-- Twelve months equal the year, to the placement.
CREATE FUNCTION months_sum(months int[]) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT sum(each) FROM unnest(months) AS each);
ALTER TABLE quotas_target ADD CONSTRAINT target_months_sum_to_the_year
    CHECK (months IS NULL OR (cardinality(months) = 12 AND months_sum(months) = amount));
