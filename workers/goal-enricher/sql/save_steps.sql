-- $1 int[], $2 int[], $3 timestamptz[]  steps that were done: goal, place in its checklist, when
UPDATE ai_concierge_checklist_items i
SET status = 'completed', completed_at = s.completed_at, updated_at = greatest(g.occurred_at, s.completed_at)
FROM unnest($1::int[], $2::int[], $3::timestamptz[]) AS s (goal_id, position, completed_at)
JOIN ai_concierge_goals g ON g.id = s.goal_id
WHERE i.goal_id = s.goal_id AND i.position = s.position;
