-- $1 uuid[]  goals
-- A row for each one known. Its lock is what makes two instances take turns at one goal and its tracking row; the
-- other workers' foreign keys do not wait for it.
SELECT g.goal_uuid, g.id, g.contractor_id, g.pattern_id IS NOT NULL AS has_pattern, g.created_at, g.status,
	g.completed_at
FROM ai_concierge_goals g
WHERE g.goal_uuid = ANY ($1::uuid[])
ORDER BY g.id
FOR NO KEY UPDATE;
