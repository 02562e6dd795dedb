-- $1 int[], $2 timestamptz[], $3 text[], $4 int[]  profiles as load_predecessors.sql has them, and of which version the row before each was
-- when it was read; NULL: there was none
-- Leaves out those of which that is not so any more. Nothing of these contractors changes from now on: this transaction has marked them.
SELECT
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::int[]) AS e (contractor_id, occurred_at, event_id, version)
LEFT JOIN LATERAL (
	SELECT o.xmin AS version
	FROM contractor_observations o
	WHERE o.contractor_id = e.contractor_id AND (o.occurred_at, o.event_id) <= (e.occurred_at, e.event_id)
	ORDER BY o.occurred_at DESC, o.event_id DESC
	LIMIT 1
) AS before ON true
WHERE before.version IS NOT DISTINCT FROM e.version;
