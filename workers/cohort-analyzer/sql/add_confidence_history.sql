INSERT INTO confidence_history (pattern_key, version, as_of, confidence, expected_success, sample_size, outcome_voters,
	status, cause, status_reason)
SELECT n.pattern_key, n.version, n.confidence_as_of, n.confidence, n.expected_success, n.sample_size, n.outcome_voters,
	n.status, n.cause, n.status_reason
FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::float8[], $5::float8[], $6::int[], $7::int[], $8::text[],
	$9::text[], $10::text[])
	AS n (pattern_key, version, confidence_as_of, confidence, expected_success, sample_size, outcome_voters, status,
		cause, status_reason);
