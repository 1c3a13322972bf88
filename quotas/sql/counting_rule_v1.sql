-- The one rule of what counts. A change is a new version (counting_rule_v2.sql) and a full
-- rebuild, never a mixture: placement_rule_version() is stamped on every batch.
CREATE FUNCTION placement_counts(status text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN status = 'completed';

CREATE FUNCTION placement_rule_version() RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 1::smallint;
