-- $1 int[]  contractors; their goals
SELECT g.goal_uuid
FROM ai_concierge_goals g
WHERE g.contractor_id = ANY ($1::int[]);
