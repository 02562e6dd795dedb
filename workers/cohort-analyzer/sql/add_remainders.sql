-- What is left of profiles that were split. An upstream that used an event id twice may have said the same already. Where another row begins at the
-- same time nothing is left: it is what an earlier late event made of the same profile's end.
INSERT INTO contractor_observations (contractor_id, occurred_at, event_id, heard_until, revenue_tier, team_size,
	team_band, current_stage, focus_areas, annual_revenue, tier_since, status)
SELECT n.contractor_id, n.occurred_at, n.event_id, n.heard_until, n.revenue_tier, n.team_size, n.team_band,
	n.current_stage, n.focus_areas, n.annual_revenue, n.tier_since, n.status
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::text[], $6::int[], $7::text[], $8::text[],
	$9::jsonb[], $10::float8[], $11::timestamptz[], $12::text[])
	AS n (contractor_id, occurred_at, event_id, heard_until, revenue_tier, team_size, team_band, current_stage,
		focus_areas, annual_revenue, tier_since, status)
WHERE NOT EXISTS (
	SELECT FROM contractor_observations o
	WHERE o.contractor_id = n.contractor_id AND o.occurred_at = n.occurred_at AND o.event_id <> n.event_id
)
ON CONFLICT DO NOTHING;
