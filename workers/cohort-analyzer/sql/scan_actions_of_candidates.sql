-- The same of the contractors of set_scan_candidates.sql. A bit costs a third of what looking a contractor up in a hash table does.
SELECT a.contractor_id, a.occurred_at, a.satisfaction, a.kind, a.item, a.name
FROM contractor_actions a
WHERE a.ctid >= current_setting('growth.scan_actions_from')::tid
	AND a.ctid < current_setting('growth.scan_actions_to')::tid
	AND get_bit((SELECT current_setting('growth.scan_candidates')::bytea),
		a.contractor_id >> (SELECT current_setting('growth.scan_shift')::int)
			& (SELECT current_setting('growth.scan_mask')::int)) = 1;
