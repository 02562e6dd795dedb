-- $1 int[], $2 int[]  goals and the length of their checklists: what stood behind goes
DELETE FROM ai_concierge_checklist_items i
USING unnest($1::int[], $2::int[]) AS s (goal_id, length)
WHERE i.goal_id = s.goal_id AND i.position > s.length;
