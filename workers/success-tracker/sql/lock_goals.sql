-- $1 uuid[]  goals
-- The other workers' foreign keys do not wait for these locks.
SELECT g.id
FROM ai_concierge_goals g
WHERE g.goal_uuid = ANY ($1::uuid[])
ORDER BY g.id
FOR NO KEY UPDATE;
