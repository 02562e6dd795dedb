-- The latest outcome of each goal, none twice, by goal: a later one replaces what is there, found once and then by its place. Whose word
-- changes by it is marked. Who has been erased since the goal was made has no word.
WITH n AS (
	SELECT *
	FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
		$8::int[], $9::text[], $10::timestamptz[])
		AS n (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction,
			revenue_impact, matters_from)
	WHERE NOT EXISTS (SELECT FROM erased_voters e WHERE e.voter = n.voter AND e.erased_at >= n.goal_created_at)
), o AS MATERIALIZED ( -- with the vote as it was before
	SELECT n.*, v.ctid AS place, v.pattern_key AS pattern_key_before, v.voter AS voter_before
	FROM n
	LEFT JOIN LATERAL ( -- each by key, never all of them
		SELECT v.ctid, v.pattern_key, v.voter FROM pattern_votes v WHERE v.goal_uuid = n.goal_uuid OFFSET 0
	) v ON true
), replaced AS (
	UPDATE pattern_votes v SET
		pattern_key = o.pattern_key,
		voter = o.voter,
		outcome = o.outcome,
		goal_created_at = o.goal_created_at,
		occurred_at = o.occurred_at,
		event_id = o.event_id,
		satisfaction = o.satisfaction,
		revenue_impact = o.revenue_impact
	FROM o
	WHERE v.ctid = o.place AND v.goal_uuid = o.goal_uuid
		AND (o.occurred_at, o.event_id COLLATE "C") > (v.occurred_at, v.event_id COLLATE "C")
	RETURNING v.goal_uuid
), added AS ( -- one that another instance adds now breaks the key, so that the batch is run again and sees it
	INSERT INTO pattern_votes (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction,
		revenue_impact)
	SELECT o.goal_uuid, o.pattern_key, o.voter, o.outcome, o.goal_created_at, o.occurred_at, o.event_id, o.satisfaction,
		o.revenue_impact
	FROM o
	WHERE o.place IS NULL
	RETURNING goal_uuid
), saved AS (
	SELECT o.* FROM o JOIN (SELECT r.goal_uuid FROM replaced r UNION ALL SELECT a.goal_uuid FROM added a) s USING (goal_uuid)
), marked AS (
	-- A goal's first word matters from when it says something; one that replaces another, at once, and to whose that was, too.
	SELECT s.pattern_key, s.voter, s.occurred_at AS heard_at,
		CASE WHEN s.place IS NULL THEN coalesce(s.matters_from, '-infinity') ELSE '-infinity' END AS due_at
	FROM saved s
	UNION ALL
	SELECT s.pattern_key_before, s.voter_before, s.occurred_at, '-infinity'
	FROM saved s
	WHERE s.place IS NOT NULL AND (s.pattern_key_before, s.voter_before) <> (s.pattern_key, s.voter)
)
INSERT INTO due_voters AS d (pattern_key, voter, due_at, heard_at)
SELECT m.pattern_key, m.voter, min(m.due_at), max(m.heard_at)
FROM marked m
GROUP BY m.pattern_key, m.voter
ORDER BY m.pattern_key COLLATE "C", m.voter
ON CONFLICT (pattern_key, voter) DO UPDATE SET
	due_at = least(d.due_at, excluded.due_at),
	heard_at = greatest(d.heard_at, excluded.heard_at),
	xid = excluded.xid;
