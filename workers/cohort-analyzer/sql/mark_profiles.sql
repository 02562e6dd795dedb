-- $1 int[], $2 timestamptz[], $3 timestamptz[]  contractors whose profiles change, none twice, ascending: when, and for which times it matters:
-- after the third; NULL: for all
-- Whoever changes a contractor's profiles marks him first, so the mark is the lock of them. One that another instance makes meanwhile breaks the
-- key, so that the batch is run again.
MERGE INTO changed_contractors m
USING unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS n (contractor_id, latest, matters_after)
ON m.contractor_id = n.contractor_id AND NOT m.by_action
WHEN MATCHED THEN UPDATE SET
	latest = greatest(m.latest, n.latest),
	matters_after = least(m.matters_after, coalesce(n.matters_after, '-infinity')),
	xid = pg_current_xact_id(),
	seen = '{}'
WHEN NOT MATCHED THEN INSERT (contractor_id, by_action, latest, matters_after)
VALUES (n.contractor_id, false, n.latest, coalesce(n.matters_after, '-infinity'));
