-- A repeated event is there already.
INSERT INTO contractor_actions (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
SELECT n.contractor_id, n.occurred_at, n.event_id, n.kind, n.item, n.name, n.satisfaction
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
	AS n (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
ORDER BY n.contractor_id, n.occurred_at, n.event_id
ON CONFLICT DO NOTHING;
