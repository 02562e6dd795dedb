-- $1 int[], $2 timestamptz[], $3 text[]  profiles: contractor, time, event id, by contractor
-- Locks the row before each: two instances take turns at a contractor. What the lock waited for is seen by the
-- statement after this one.
SELECT before.contractor_id
FROM unnest($1::int[], $2::timestamptz[], $3::text[]) AS e (contractor_id, occurred_at, event_id)
CROSS JOIN LATERAL (
	SELECT o.contractor_id
	FROM contractor_observations o
	WHERE o.contractor_id = e.contractor_id AND o.occurred_at <= e.occurred_at
		AND (o.occurred_at < e.occurred_at OR o.event_id COLLATE "C" <= e.event_id COLLATE "C")
	ORDER BY o.occurred_at DESC, o.event_id COLLATE "C" DESC
	LIMIT 1
	FOR NO KEY UPDATE
) AS before;
