-- :earlier outcomes that were looked at, of half as many contractors on nine patterns, for tests/bench/run outcome. What voters say is
-- made up: only that it is there counts. The last comes two days before what the benchmark sends.

SELECT setseed(0.5) AS seed \gset

INSERT INTO business_growth_patterns (pattern_key, version, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type, as_of,
	sample_size, confidence, expected_success, consistency)
SELECT format('%s>%s/revenue_growth', n, n + 1), 1, n, n + 1, 'bench', 'revenue_growth', '2024-01-01 UTC', 100, 0.5, 0.5, 0.5
FROM generate_series(1, 9) AS n;

-- The same names that bench/outcome.c gives.
CREATE FUNCTION pg_temp.uuid_of(number BIGINT) RETURNS UUID LANGUAGE sql AS $$
	SELECT (lpad(to_hex(number * 2654435761 % 4294967296), 8, '0') || lpad(to_hex(number), 24, '0'))::uuid
$$;

INSERT INTO pattern_votes (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction)
SELECT pg_temp.uuid_of(i), format('%s>%s/revenue_growth', 1 + i / 2 % 9, 2 + i / 2 % 9), pg_temp.uuid_of(i / 2),
	'completed', t.at - interval '30 days', t.at, i::text, 1 + i % 5
FROM generate_series(1, :earlier) AS i,
	LATERAL (SELECT timestamptz '2024-06-01 UTC' - (:earlier - i) * interval '1 second' AS at) AS t;

INSERT INTO cohort_analyzer.pattern_voters (pattern_key, voter, good, bad, counted)
SELECT pattern_key, voter, random()::numeric, random()::numeric, true FROM pattern_votes GROUP BY pattern_key, voter;

INSERT INTO cohort_analyzer.pattern_evidence (pattern_key, good, bad, voters, version)
SELECT pattern_key, sum(good), sum(bad), count(*), 1 FROM cohort_analyzer.pattern_voters GROUP BY pattern_key;

VACUUM ANALYZE;
CHECKPOINT;
