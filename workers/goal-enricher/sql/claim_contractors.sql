-- $1 int[], $2 timestamptz[], $3 bigint[], $4 text[], $5 jsonb[]  contractors without a row, ascending, with what contractor.matched says of them, which
-- may be nothing. Of those who are not in contractors nothing is kept: theirs is a row to lock.
INSERT INTO matched_contractors AS m (contractor_id, occurred_at, snapshot, event_id, message)
SELECT s.contractor_id, CASE WHEN c.id IS NOT NULL THEN s.occurred_at END, CASE WHEN c.id IS NOT NULL THEN s.snapshot END,
	CASE WHEN c.id IS NOT NULL THEN s.event_id END, CASE WHEN c.id IS NOT NULL THEN s.message END
FROM unnest($1::int[], $2::timestamptz[], $3::bigint[], $4::text[], $5::jsonb[])
	AS s (contractor_id, occurred_at, snapshot, event_id, message)
LEFT JOIN contractors c ON c.id = s.contractor_id
ORDER BY s.contractor_id
ON CONFLICT DO NOTHING
RETURNING m.contractor_id, EXISTS (SELECT FROM contractors c WHERE c.id = m.contractor_id) AS "exists";
