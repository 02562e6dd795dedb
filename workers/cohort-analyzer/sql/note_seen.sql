-- $1 text, $2 timestamptz, $3 int, $4 int, $5 text  as clear_marks, for the one transition that starts from the tier
-- The others have not seen these changes yet, so the marks stay.
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
		AND pg_visible_in_snapshot(m.xid, $1::text::pg_snapshot) AND m.latest <= $2 AND NOT $5 = ANY (m.seen)
		AND EXISTS (
			SELECT FROM contractor_observations o
			WHERE o.contractor_id = m.contractor_id AND o.revenue_tier = $5
		)
	FOR UPDATE SKIP LOCKED
), noted AS (
	UPDATE changed_contractors m
	SET seen = m.seen || $5
	FROM done d
	WHERE m.contractor_id = d.contractor_id AND m.by_action = d.by_action
)
SELECT last AS after FROM piece WHERE last IS NOT NULL;
