-- What voters say now, and by how much it differs into the sums. Who was marked meanwhile is left as he is: he is due again.
WITH n AS (
	SELECT *
	FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[])
		AS n (pattern_key, voter, marks, good, bad, counted, due_at)
), changed AS (
	UPDATE pattern_voters p
	SET good = n.good::numeric, bad = n.bad::numeric, counted = n.counted, due_at = n.due_at, marks = p.marks + 1
	FROM n JOIN pattern_voters o ON o.pattern_key = n.pattern_key AND o.voter = n.voter -- as they were
	WHERE p.pattern_key = n.pattern_key AND p.voter = n.voter AND p.marks = n.marks
	RETURNING p.pattern_key, p.good - o.good AS good, p.bad - o.bad AS bad, p.counted::int - o.counted::int AS voters
)
INSERT INTO pattern_evidence AS e (pattern_key, good, bad, voters)
SELECT c.pattern_key, sum(c.good), sum(c.bad), sum(c.voters)
FROM changed c
GROUP BY c.pattern_key
ON CONFLICT (pattern_key) DO UPDATE SET
	good = e.good + excluded.good,
	bad = e.bad + excluded.bad,
	voters = e.voters + excluded.voters;
