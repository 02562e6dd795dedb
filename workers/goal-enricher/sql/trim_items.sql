-- $1 uuid[], $2 int[]  goals and the length of their checklists: what stood behind goes
DELETE FROM ai_concierge_checklist_items i
USING unnest($1::uuid[], $2::int[]) AS s (goal_uuid, length)
JOIN ai_concierge_goals g ON g.goal_uuid = s.goal_uuid
WHERE i.goal_id = g.id AND i.position > s.length;
