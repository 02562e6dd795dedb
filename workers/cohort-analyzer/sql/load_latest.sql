-- $1 int[]  contractors
-- The last profile of each who has one, not locked: who stores what follows from it asks by its version whether it still is
-- (check_predecessors.sql).
SELECT latest.*
FROM unnest($1::int[]) AS c (contractor_id)
CROSS JOIN LATERAL (
	SELECT o.contractor_id, o.occurred_at, o.event_id, o.heard_until, o.revenue_tier, o.team_size, o.team_band,
		o.current_stage, o.focus_areas, o.annual_revenue, o.tier_since, o.status, o.xmin AS version
	FROM contractor_observations o
	WHERE o.contractor_id = c.contractor_id
	ORDER BY o.occurred_at DESC, o.event_id DESC
	LIMIT 1
) AS latest;
