-- A repeated event is there already, and marks nothing.
WITH added AS (
	INSERT INTO contractor_actions (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
	SELECT n.contractor_id, n.occurred_at, n.event_id, n.kind, n.item, n.name, n.satisfaction
	FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
		AS n (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
	ORDER BY n.contractor_id, n.occurred_at, n.event_id
	ON CONFLICT DO NOTHING
	RETURNING contractor_id, occurred_at
)
INSERT INTO changed_contractors AS m (contractor_id, by_action, latest, matters_after)
SELECT a.contractor_id, true, max(a.occurred_at), '-infinity'
FROM added a
GROUP BY a.contractor_id
ORDER BY a.contractor_id
ON CONFLICT (contractor_id, by_action) DO UPDATE SET
	latest = greatest(m.latest, excluded.latest),
	matters_after = excluded.matters_after,
	xid = excluded.xid,
	seen = '{}';
