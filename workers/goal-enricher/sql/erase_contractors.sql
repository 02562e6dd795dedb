-- $1 int[], $2 timestamptz[]  contractors who are erased, and when. Their goals went with the contractor himself; of who has come back meanwhile there
-- may be such as were made from messages of before, with what hangs on them. What was made of contractor.matched is of before, by the key's order.
-- goal.created and action.recorded come by topics of their own: what they say of a later time stays. Then the contractor's row stays, too, as that of
-- one who was not matched yet: it says that there is more. Goals are taken in success-tracker's order.
WITH erased AS (
	SELECT u.contractor_id, max(u.erased_at) AS erased_at
	FROM unnest($1::int[], $2::timestamptz[]) AS u (contractor_id, erased_at)
	GROUP BY u.contractor_id
), noted AS (
	-- One that was there before and is told again since would begin before: it is of before.
	SELECT u.goal_uuid, u.contractor_id
	FROM erased e
	JOIN upstream_goals u USING (contractor_id)
	LEFT JOIN ai_concierge_goals g ON g.goal_uuid = u.goal_uuid
	WHERE (u.message ->> 'occurred_at')::timestamptz > e.erased_at AND (g.id IS NULL OR (g.upstream AND g.created_at > e.erased_at))
), did AS (
	SELECT d.contractor_id FROM erased e JOIN done_actions d ON d.contractor_id = e.contractor_id AND d.first_at > e.erased_at
), upstream AS (
	DELETE FROM upstream_goals u
	WHERE u.contractor_id = ANY ($1::int[]) AND u.goal_uuid NOT IN (SELECT noted.goal_uuid FROM noted)
), told AS (
	DELETE FROM recommendations r WHERE r.contractor_id = ANY ($1::int[])
), done AS (
	DELETE FROM done_actions d USING erased e WHERE d.contractor_id = e.contractor_id AND d.first_at <= e.erased_at
), goals AS (
	DELETE FROM ai_concierge_goals g
	USING (
		SELECT o.id
		FROM ai_concierge_goals o
		WHERE o.contractor_id = ANY ($1::int[]) AND o.goal_uuid NOT IN (SELECT noted.goal_uuid FROM noted)
		ORDER BY o.id
		FOR UPDATE
	) AS old
	WHERE g.id = old.id
), back AS (
	SELECT noted.contractor_id FROM noted UNION SELECT did.contractor_id FROM did
), unmatched AS (
	UPDATE matched_contractors m
	SET occurred_at = NULL, snapshot = NULL, event_id = NULL, message = NULL
	FROM back b
	WHERE m.contractor_id = b.contractor_id
)
DELETE FROM matched_contractors m
WHERE m.contractor_id = ANY ($1::int[]) AND m.contractor_id NOT IN (SELECT back.contractor_id FROM back);
