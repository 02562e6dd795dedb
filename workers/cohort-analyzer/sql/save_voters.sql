-- What voters said in the snapshot, and by how much it differs into the sums, which are then as of that snapshot. Who was marked meanwhile
-- stays due, and says the rest at the next look; whom somebody else has looked at since is left as he is. Of whom nothing is left (voted
-- false: he was erased) no row is. Voters come in the order in which handlers mark them, and are locked in it: nobody waits in a circle. Rows are
-- found once, and then by their places: marks are locked, and whoever else looks waits for the positions.
WITH n AS (
	SELECT n.*, d.ctid AS mark_place, d.xid = n.mark::text::xid8 AS done
	FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::bool[], $5::text[], $6::text[], $7::bool[], $8::timestamptz[])
		AS n (pattern_key, voter, mark, voted, good, bad, counted, due_at)
	CROSS JOIN LATERAL ( -- each by key, never all of them
		SELECT d.ctid, d.xid FROM due_voters d
		WHERE d.pattern_key = n.pattern_key AND d.voter = n.voter
			AND (d.xid = n.mark::text::xid8 OR d.due_at <= (SELECT e.as_of FROM evaluation e))
		FOR UPDATE OF d
	) d
), o AS MATERIALIZED ( -- with what they said before
	SELECT n.pattern_key, n.voter, n.voted, n.good::numeric, n.bad::numeric, n.counted, p.ctid AS place, coalesce(p.good, 0) AS good_before,
		coalesce(p.bad, 0) AS bad_before, coalesce(p.counted, false) AS counted_before
	FROM n
	LEFT JOIN LATERAL (
		SELECT p.ctid, p.good, p.bad, p.counted FROM pattern_voters p
		WHERE p.pattern_key = n.pattern_key AND p.voter = n.voter OFFSET 0
	) p ON true
), waiting AS (
	UPDATE due_voters d SET due_at = n.due_at FROM n WHERE d.ctid = n.mark_place AND n.done AND n.due_at IS NOT NULL
), done AS (
	DELETE FROM due_voters d USING n WHERE d.ctid = n.mark_place AND n.done AND n.due_at IS NULL
), gone AS (
	DELETE FROM pattern_voters p USING o WHERE p.ctid = o.place AND NOT o.voted
), changed AS (
	UPDATE pattern_voters p SET good = o.good, bad = o.bad, counted = o.counted FROM o WHERE p.ctid = o.place AND o.voted
), added AS (
	INSERT INTO pattern_voters (pattern_key, voter, good, bad, counted)
	SELECT o.pattern_key, o.voter, o.good, o.bad, o.counted FROM o WHERE o.place IS NULL AND o.voted
)
INSERT INTO pattern_evidence AS e (pattern_key, good, bad, voters)
SELECT o.pattern_key, sum(o.good - o.good_before), sum(o.bad - o.bad_before), sum(o.counted::int - o.counted_before::int)
FROM o
GROUP BY o.pattern_key
ON CONFLICT (pattern_key) DO UPDATE SET
	good = e.good + excluded.good,
	bad = e.bad + excluded.bad,
	voters = e.voters + excluded.voters;
