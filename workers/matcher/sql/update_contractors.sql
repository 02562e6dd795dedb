-- Profiles of contractors, ascending ids, each one's JSON with the member focus_areas or nothing; also of those whose matches alone
-- change, so that their version does. Leaves out whose row is not of the version that was read;
-- another's row may have its place by then.
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
	$9::timestamptz[], $10::timestamptz[], $11::text[], $12::int[], $13::tid[], $14::int[])
	AS c (id, revenue_tier, team_size, team_band, current_stage, focus, annual_revenue, status,
		tier_entered_at, occurred_at, event_id, kafka_partition, place, version)
WHERE t.ctid = c.place AND t.id = c.id AND t.xmin = c.version;
