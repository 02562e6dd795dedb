-- $1 text, $2 timestamptz, $3 text  the snapshot that one transition was calculated from, for when, the tier it starts from
-- The others have not seen these changes yet, so the marks stay.
WITH done AS (
	SELECT m.contractor_id, m.by_action
	FROM changed_contractors m
	WHERE pg_visible_in_snapshot(m.xid, $1::text::pg_snapshot) AND m.latest <= $2 AND NOT $3 = ANY (m.seen)
		AND EXISTS (
			SELECT FROM contractor_observations o
			WHERE o.contractor_id = m.contractor_id AND o.revenue_tier = $3
		)
	FOR UPDATE SKIP LOCKED
)
UPDATE changed_contractors m
SET seen = m.seen || $3
FROM done d
WHERE m.contractor_id = d.contractor_id AND m.by_action = d.by_action;
