-- The same of the contractors who were ever seen in one of the tiers of set_scan_tiers.sql.
SELECT a.contractor_id, a.occurred_at, a.satisfaction, a.kind, a.item, a.name
FROM contractor_actions a
WHERE a.ctid >= current_setting('growth.scan_actions_from')::tid
	AND a.ctid < current_setting('growth.scan_actions_to')::tid
	AND a.contractor_id IN (
		SELECT seen.contractor_id FROM contractor_observations seen
		WHERE seen.revenue_tier = ANY (current_setting('growth.scan_tiers')::text[]));
