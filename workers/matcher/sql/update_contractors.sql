-- New profiles of contractors that lock_contractors has locked; each one's JSON holds the member focus_areas or nothing.
UPDATE contractors t
SET revenue_tier = c.revenue_tier,
	team_size = c.team_size,
	team_band = c.team_band,
	current_stage = c.current_stage,
	focus_areas = c.focus -> 'focus_areas',
	annual_revenue = c.annual_revenue,
	status = c.status,
	tier_entered_at = c.tier_entered_at,
	occurred_at = c.occurred_at,
	event_id = c.event_id,
	kafka_partition = c.kafka_partition,
	updated_at = c.occurred_at
FROM unnest($1::int[], $2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::float8[], $8::text[],
	$9::timestamptz[], $10::timestamptz[], $11::text[], $12::int[])
	AS c (id, revenue_tier, team_size, team_band, current_stage, focus, annual_revenue, status,
		tier_entered_at, occurred_at, event_id, kafka_partition)
WHERE t.id = c.id;
