-- The same of the contractors of set_scan_candidates.sql.
SELECT o.contractor_id, o.occurred_at, o.heard_until, o.team_size, o.annual_revenue, o.tier_since,
	o.revenue_tier, o.current_stage, o.team_band, o.status, o.focus_areas
FROM contractor_observations o
WHERE o.ctid >= current_setting('growth.scan_observations_from')::tid
	AND o.ctid < current_setting('growth.scan_observations_to')::tid
	AND get_bit((SELECT current_setting('growth.scan_candidates')::bytea),
		o.contractor_id >> (SELECT current_setting('growth.scan_shift')::int)
			& (SELECT current_setting('growth.scan_mask')::int)) = 1;
