-- $1 int[]  goals
-- Their checklists, each in its order.
SELECT i.goal_id, i.checklist_item, i.item_type, i.item, i.usage_rate, i.execution_context, i.completed_at
FROM ai_concierge_checklist_items i
WHERE i.goal_id = ANY ($1::int[])
ORDER BY i.goal_id, i.position;
