-- The latest outcome of each goal, none twice: a later one replaces what is there.
INSERT INTO pattern_votes AS v (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id,
	satisfaction, revenue_impact)
SELECT n.goal_uuid, n.pattern_key, n.voter, n.outcome, n.goal_created_at, n.occurred_at, n.event_id, n.satisfaction,
	n.revenue_impact
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
	$8::int[], $9::text[])
	AS n (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction,
		revenue_impact)
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
WHERE (excluded.occurred_at, excluded.event_id COLLATE "C") > (v.occurred_at, v.event_id COLLATE "C");
