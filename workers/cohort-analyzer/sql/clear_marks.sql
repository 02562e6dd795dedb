-- $1 text, $2 timestamptz, $3 int, $4 int  the snapshot that everything was calculated from, for when, behind which
-- contractor, how many marks at most
-- Exactly what it saw, a piece at a time. A contractor who is marked at this moment is locked, and is to stay: nobody is waited
-- for. Returns where the piece ends; nothing at the end.
WITH piece AS (
	SELECT max(p.contractor_id) AS last
	FROM (
		SELECT m.contractor_id
		FROM changed_contractors m
		WHERE m.contractor_id > $3
		ORDER BY m.contractor_id
		LIMIT $4
	) AS p
), done AS (
	SELECT m.contractor_id, m.by_action
	FROM changed_contractors m
	WHERE m.contractor_id > $3 AND m.contractor_id <= (SELECT last FROM piece)
		AND pg_visible_in_snapshot(m.xid, $1::text::pg_snapshot) AND m.latest <= $2
	FOR UPDATE SKIP LOCKED
), cleared AS (
	DELETE FROM changed_contractors m
	USING done d
	WHERE m.contractor_id = d.contractor_id AND m.by_action = d.by_action
)
SELECT last AS after FROM piece WHERE last IS NOT NULL;
