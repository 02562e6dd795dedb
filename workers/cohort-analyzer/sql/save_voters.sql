-- What voters said in the snapshot, and by how much it differs into the sums, which are then as of that snapshot. Who was marked meanwhile
-- stays due, and says the rest at the next look; whom somebody else has looked at since is left as he is. Of whom nothing is left (voted
-- false: he was erased) no row is.
WITH n AS (
	SELECT n.*, d.xid = n.mark::text::xid8 AS done
	FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::bool[], $5::text[], $6::text[], $7::bool[], $8::timestamptz[])
		AS n (pattern_key, voter, mark, voted, good, bad, counted, due_at)
	JOIN due_voters d ON d.pattern_key = n.pattern_key AND d.voter = n.voter
	WHERE d.xid = n.mark::text::xid8 OR d.due_at <= (SELECT e.as_of FROM evaluation e)
), waiting AS (
	UPDATE due_voters d SET due_at = n.due_at
	FROM n WHERE d.pattern_key = n.pattern_key AND d.voter = n.voter AND n.done AND n.due_at IS NOT NULL
), done AS (
	DELETE FROM due_voters d
	USING n WHERE d.pattern_key = n.pattern_key AND d.voter = n.voter AND n.done AND n.due_at IS NULL
), gone AS (
	DELETE FROM pattern_voters p
	USING n WHERE p.pattern_key = n.pattern_key AND p.voter = n.voter AND NOT n.voted
), saved AS (
	INSERT INTO pattern_voters AS p (pattern_key, voter, good, bad, counted)
	SELECT n.pattern_key, n.voter, n.good::numeric, n.bad::numeric, n.counted FROM n WHERE n.voted
	ON CONFLICT (pattern_key, voter) DO UPDATE SET good = excluded.good, bad = excluded.bad, counted = excluded.counted
)
INSERT INTO pattern_evidence AS e (pattern_key, good, bad, voters)
SELECT n.pattern_key, sum(n.good::numeric - coalesce(p.good, 0)), sum(n.bad::numeric - coalesce(p.bad, 0)),
	sum(n.counted::int - coalesce(p.counted, false)::int)
FROM n
LEFT JOIN pattern_voters p ON p.pattern_key = n.pattern_key AND p.voter = n.voter -- as they were
GROUP BY n.pattern_key
ON CONFLICT (pattern_key) DO UPDATE SET
	good = e.good + excluded.good,
	bad = e.bad + excluded.bad,
	voters = e.voters + excluded.voters;
