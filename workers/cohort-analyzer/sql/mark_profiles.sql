-- $1 int[], $2 timestamptz[], $3 timestamptz[]  contractors whose profiles have changed, when, and for which times it
-- matters: after the third; NULL: for all
INSERT INTO changed_contractors AS m (contractor_id, by_action, latest, matters_after)
SELECT n.contractor_id, false, max(n.latest), min(coalesce(n.matters_after, '-infinity'))
FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS n (contractor_id, latest, matters_after)
GROUP BY n.contractor_id
ORDER BY n.contractor_id
ON CONFLICT (contractor_id, by_action) DO UPDATE SET
	latest = greatest(m.latest, excluded.latest),
	matters_after = least(m.matters_after, excluded.matters_after),
	xid = excluded.xid,
	seen = '{}';
