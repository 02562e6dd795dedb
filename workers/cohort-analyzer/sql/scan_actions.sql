-- The actions in the blocks of set_scan_part.sql, in no particular order.
SELECT a.contractor_id, a.occurred_at, a.satisfaction, a.kind, a.item, a.name
FROM contractor_actions a
WHERE a.ctid >= current_setting('growth.scan_actions_from')::tid
	AND a.ctid < current_setting('growth.scan_actions_to')::tid;
