-- $1 int[], $2 timestamptz[], $3 text[]  profiles: contractor, time, event id
-- The row before each, which may be the profile itself; as load_latest.sql has them.
SELECT before.*
FROM unnest($1::int[], $2::timestamptz[], $3::text[]) AS e (contractor_id, occurred_at, event_id)
CROSS JOIN LATERAL (
	SELECT o.contractor_id, o.occurred_at, o.event_id, o.heard_until, o.revenue_tier, o.team_size, o.team_band,
		o.current_stage, o.focus_areas, o.annual_revenue, o.tier_since, o.status, o.xmin AS version
	FROM contractor_observations o
	WHERE o.contractor_id = e.contractor_id AND (o.occurred_at, o.event_id) <= (e.occurred_at, e.event_id)
	ORDER BY o.occurred_at DESC, o.event_id DESC
	LIMIT 1
) AS before;
