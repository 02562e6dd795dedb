-- The latest outcome of each goal, none twice: a later one replaces what is there. Whose word changes by it is marked. Who has been erased
-- since the goal was made has no word.
WITH n AS (
	SELECT *
	FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
		$8::int[], $9::text[], $10::timestamptz[])
		AS n (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction,
			revenue_impact, matters_from)
	WHERE NOT EXISTS (SELECT FROM erased_voters e WHERE e.voter = n.voter AND e.erased_at >= n.goal_created_at)
), saved AS (
	INSERT INTO pattern_votes AS v (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id,
		satisfaction, revenue_impact)
	SELECT n.goal_uuid, n.pattern_key, n.voter, n.outcome, n.goal_created_at, n.occurred_at, n.event_id, n.satisfaction,
		n.revenue_impact
	FROM n
	ORDER BY n.goal_uuid
	ON CONFLICT (goal_uuid) DO UPDATE SET
		pattern_key = excluded.pattern_key,
		voter = excluded.voter,
		outcome = excluded.outcome,
		goal_created_at = excluded.goal_created_at,
		occurred_at = excluded.occurred_at,
		event_id = excluded.event_id,
		satisfaction = excluded.satisfaction,
		revenue_impact = excluded.revenue_impact
	WHERE (excluded.occurred_at, excluded.event_id COLLATE "C") > (v.occurred_at, v.event_id COLLATE "C")
	RETURNING goal_uuid
), o AS MATERIALIZED ( -- as it was before
	SELECT v.goal_uuid, v.pattern_key, v.voter
	FROM n
	JOIN pattern_votes v ON v.goal_uuid = n.goal_uuid
), marked AS (
	-- A goal's first word matters from when it says something; one that replaces another, at once, and to whose that was, too.
	SELECT n.pattern_key, n.voter, n.occurred_at AS heard_at,
		CASE WHEN o.goal_uuid IS NULL THEN coalesce(n.matters_from, '-infinity') ELSE '-infinity' END AS due_at
	FROM saved s
	JOIN n ON n.goal_uuid = s.goal_uuid
	LEFT JOIN o ON o.goal_uuid = s.goal_uuid
	UNION ALL
	SELECT o.pattern_key, o.voter, n.occurred_at, '-infinity'
	FROM saved s
	JOIN n ON n.goal_uuid = s.goal_uuid
	JOIN o ON o.goal_uuid = s.goal_uuid
	WHERE (o.pattern_key, o.voter) <> (n.pattern_key, n.voter)
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
