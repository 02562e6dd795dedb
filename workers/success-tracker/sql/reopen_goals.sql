-- $1 int[], $2 timestamptz[]  contractors who are erased, and when
-- Who has come back meanwhile has goals with the ids of those before: what closed them up to then was about those. One that was completed again
-- since is closed by that.
UPDATE ai_concierge_goals g
SET status = CASE WHEN closed.again_at IS NULL THEN 'active' ELSE g.status END, completed_at = closed.again_at,
	updated_at = greatest(g.occurred_at, g.last_action_at, closed.again_at)
FROM (
	SELECT c.id, t.outcome_at AS again_at
	FROM (
		SELECT contractor_id, max(erased_at) AS erased_at
		FROM unnest($1::int[], $2::timestamptz[]) AS u (contractor_id, erased_at)
		GROUP BY contractor_id
	) AS e
	JOIN ai_concierge_goals c ON c.contractor_id = e.contractor_id AND c.completed_at <= e.erased_at
	LEFT JOIN pattern_success_tracking t ON t.goal_id = c.id AND t.outcome_at > e.erased_at
	ORDER BY c.id
	FOR NO KEY UPDATE OF c
) AS closed
WHERE g.id = closed.id;
