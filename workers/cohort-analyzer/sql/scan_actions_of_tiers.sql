-- All actions of the contractors who were ever seen in one of the tiers of set_scan_tiers.sql, in no particular order.
SELECT a.contractor_id, a.occurred_at, a.satisfaction, a.kind, a.item, a.name
FROM contractor_actions a
WHERE a.contractor_id IN (
	SELECT seen.contractor_id FROM contractor_observations seen
	WHERE seen.revenue_tier = ANY (current_setting('growth.scan_tiers')::text[]));
