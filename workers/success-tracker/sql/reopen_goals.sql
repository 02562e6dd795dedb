-- $1 int[], $2 timestamptz[]  contractors who are erased, and when
-- Who has come back meanwhile has goals with the ids of those before: what closed them up to then was about those.
UPDATE ai_concierge_goals g
SET status = 'active', completed_at = NULL, updated_at = greatest(g.occurred_at, g.last_action_at)
FROM (
	SELECT c.id
	FROM unnest($1::int[], $2::timestamptz[]) AS e (contractor_id, erased_at)
	JOIN ai_concierge_goals c ON c.contractor_id = e.contractor_id AND c.completed_at <= e.erased_at
	ORDER BY c.id
	FOR NO KEY UPDATE OF c
) AS closed
WHERE g.id = closed.id;
