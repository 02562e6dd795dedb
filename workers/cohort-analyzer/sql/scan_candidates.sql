-- The contractors who were seen in one of the tiers of set_scan_tiers.sql, in the blocks of set_scan_part.sql, once for each profile that says
-- so. The table is read for it: an index would cost each profile that is stored more than this costs a recalculation.
SELECT o.contractor_id
FROM contractor_observations o
WHERE o.ctid >= current_setting('growth.scan_observations_from')::tid
	AND o.ctid < current_setting('growth.scan_observations_to')::tid
	AND o.revenue_tier = ANY ((SELECT current_setting('growth.scan_tiers')::text[])::text[]);
