-- The contractors who were ever seen in one of the tiers of set_scan_tiers.sql.
SELECT DISTINCT o.contractor_id
FROM contractor_observations o
WHERE o.revenue_tier = ANY (current_setting('growth.scan_tiers')::text[]);
