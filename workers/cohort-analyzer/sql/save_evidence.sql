-- What the evidence makes of each pattern's confidence.
INSERT INTO pattern_evidence (pattern_key, as_of, version, confidence, expected_success, alpha, beta)
SELECT n.pattern_key, n.as_of, n.version, n.confidence, n.expected_success, n.alpha, n.beta
FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
	AS n (pattern_key, as_of, version, confidence, expected_success, alpha, beta)
ON CONFLICT (pattern_key) DO UPDATE SET
	as_of = excluded.as_of,
	version = excluded.version,
	confidence = excluded.confidence,
	expected_success = excluded.expected_success,
	alpha = excluded.alpha,
	beta = excluded.beta;
