-- The evidence on each pattern, as of the fixed instant, and the pattern that there is.
SELECT coalesce(p.pattern_key, e.pattern_key) AS pattern_key, coalesce(e.good, 0)::float8 AS good,
	coalesce(e.bad, 0)::float8 AS bad, coalesce(e.voters, 0) AS voters, p.version, p.status, p.sample_size, p.consistency,
	p.confidence
FROM business_growth_patterns p
FULL JOIN pattern_evidence e ON e.pattern_key = p.pattern_key
ORDER BY coalesce(p.pattern_key, e.pattern_key) COLLATE "C";
