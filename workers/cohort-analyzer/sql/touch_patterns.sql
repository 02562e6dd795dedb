-- $1 text[], $2 timestamptz[]  patterns that a recalculation found as they are: only that it looked is new
UPDATE business_growth_patterns p
SET last_recalculated_at = n.as_of AT TIME ZONE 'UTC'
FROM unnest($1::text[], $2::timestamptz[]) AS n (pattern_key, as_of)
WHERE p.pattern_key = n.pattern_key;
