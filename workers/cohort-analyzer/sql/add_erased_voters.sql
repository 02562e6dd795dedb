-- $1 uuid[], $2 text[], $3 int[]  pseudonyms, the patterns that they are for, and whose they are, which is not kept
WITH n AS (
	SELECT n.voter, n.pattern_key, e.erased_at
	FROM unnest($1::uuid[], $2::text[], $3::int[]) AS n (voter, pattern_key, contractor_id)
	JOIN erased_contractors e ON e.contractor_id = n.contractor_id
), patterns AS (
	INSERT INTO erased_patterns (pattern_key)
	SELECT DISTINCT n.pattern_key COLLATE "C" FROM n ORDER BY n.pattern_key COLLATE "C"
	ON CONFLICT (pattern_key) DO NOTHING
)
INSERT INTO erased_voters AS v (voter, pattern_key, erased_at)
SELECT n.voter, n.pattern_key, n.erased_at FROM n ORDER BY n.voter
ON CONFLICT (voter) DO UPDATE SET erased_at = excluded.erased_at WHERE v.erased_at < excluded.erased_at;
