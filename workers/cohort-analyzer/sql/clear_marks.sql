-- $1 text, $2 timestamptz  the snapshot that everything was calculated from, and for when
-- Exactly what it saw. A contractor who is marked at this moment is locked, and is to stay: nobody is waited for.
WITH done AS (
	SELECT m.contractor_id, m.by_action
	FROM changed_contractors m
	WHERE pg_visible_in_snapshot(m.xid, $1::text::pg_snapshot) AND m.latest <= $2
	FOR UPDATE SKIP LOCKED
)
DELETE FROM changed_contractors m
USING done d
WHERE m.contractor_id = d.contractor_id AND m.by_action = d.by_action;
