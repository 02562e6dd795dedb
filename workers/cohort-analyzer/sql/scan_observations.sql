-- The profiles in the blocks of set_scan_part.sql, in no particular order.
SELECT o.contractor_id, o.occurred_at, o.heard_until, o.team_size, o.annual_revenue, o.tier_since,
	o.revenue_tier, o.current_stage, o.team_band, o.status, o.focus_areas
FROM contractor_observations o
WHERE o.ctid >= current_setting('growth.scan_observations_from')::tid
	AND o.ctid < current_setting('growth.scan_observations_to')::tid;
