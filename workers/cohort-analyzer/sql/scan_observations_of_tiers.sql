-- The same of the contractors who were ever seen in one of the tiers of set_scan_tiers.sql.
SELECT o.contractor_id, o.occurred_at, o.heard_until, o.team_size, o.annual_revenue, o.tier_since,
	o.revenue_tier, o.current_stage, o.team_band, o.status, o.focus_areas
FROM contractor_observations o
WHERE o.ctid >= current_setting('growth.scan_observations_from')::tid
	AND o.ctid < current_setting('growth.scan_observations_to')::tid
	AND o.contractor_id IN (
		SELECT seen.contractor_id FROM contractor_observations seen
		WHERE seen.revenue_tier = ANY (current_setting('growth.scan_tiers')::text[]));
