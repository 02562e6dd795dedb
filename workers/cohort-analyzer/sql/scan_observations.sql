-- All profiles, in no particular order.
SELECT o.contractor_id, o.occurred_at, o.heard_until, o.team_size, o.annual_revenue, o.tier_since,
	o.revenue_tier, o.current_stage, o.team_band, o.status, o.focus_areas
FROM contractor_observations o;
