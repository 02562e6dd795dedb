-- $1 uuid[]  goals whose tracking rows are to be locked, in the order of goals
SELECT t.goal_id
FROM ai_concierge_goals g
JOIN pattern_success_tracking t ON t.goal_id = g.id
WHERE g.goal_uuid = ANY ($1::uuid[])
ORDER BY t.goal_id
FOR NO KEY UPDATE OF t;
