-- Actions, by contractor, none twice. One that is there already adds and marks nothing; one that another instance adds now breaks the key, so
-- that the batch is run again and sees it.
WITH added AS (
	INSERT INTO contractor_actions (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
	SELECT n.contractor_id, n.occurred_at, n.event_id, n.kind, n.item, n.name, n.satisfaction
	FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
		AS n (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)
	WHERE NOT EXISTS (
		SELECT FROM contractor_actions a
		WHERE a.contractor_id = n.contractor_id AND a.occurred_at = n.occurred_at AND a.event_id = n.event_id)
	RETURNING contractor_id, occurred_at
)
MERGE INTO changed_contractors m
USING (
	SELECT a.contractor_id, max(a.occurred_at) AS latest
	FROM added a
	GROUP BY a.contractor_id
	ORDER BY a.contractor_id
) AS n
ON m.contractor_id = n.contractor_id AND m.by_action
WHEN MATCHED THEN UPDATE SET
	latest = greatest(m.latest, n.latest),
	matters_after = '-infinity',
	xid = pg_current_xact_id(),
	seen = '{}'
WHEN NOT MATCHED THEN INSERT (contractor_id, by_action, latest, matters_after)
VALUES (n.contractor_id, true, n.latest, '-infinity');
