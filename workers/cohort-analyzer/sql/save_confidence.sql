-- The next version of patterns of which only the confidence has changed.
UPDATE business_growth_patterns p
SET version = n.version,
	confidence = n.confidence,
	confidence_score = n.confidence_score,
	expected_success = n.expected_success,
	outcome_voters = n.outcome_voters,
	confidence_as_of = n.confidence_as_of,
	updated_at = n.confidence_as_of AT TIME ZONE 'UTC'
FROM unnest($1::text[], $2::bigint[], $3::float8[], $4::float8[], $5::float8[], $6::int[], $7::timestamptz[])
	AS n (pattern_key, version, confidence, confidence_score, expected_success, outcome_voters, confidence_as_of)
WHERE p.pattern_key = n.pattern_key;
