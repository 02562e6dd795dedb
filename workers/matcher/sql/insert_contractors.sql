-- Contractors seen for the first time; each one's JSON holds the member focus_areas or nothing. One that another instance has
-- inserted meanwhile is left out.
INSERT INTO contractors (id, revenue_tier, team_size, team_band, current_stage, focus_areas, annual_revenue, status,
	tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at)
SELECT c.id, c.revenue_tier, c.team_size, c.team_band, c.current_stage, c.focus -> 'focus_areas', c.annual_revenue,
	c.status, c.tier_entered_at, c.occurred_at, c.event_id, c.kafka_partition, c.created_at, c.occurred_at
FROM unnest($1::int[], $2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::float8[], $8::text[],
	$9::timestamptz[], $10::timestamptz[], $11::text[], $12::int[], $13::timestamptz[])
	AS c (id, revenue_tier, team_size, team_band, current_stage, focus, annual_revenue, status,
		tier_entered_at, occurred_at, event_id, kafka_partition, created_at)
ORDER BY c.id
ON CONFLICT (id) DO NOTHING;
