-- $1 int[], $2 text[], $3 text[], $4 timestamptz[]  actions of contractors that are locked
-- The checklists with a step that one of them completes, or earlier than was known: whole, because all steps say how far a goal is. Goals are
-- taken in the order in which success-tracker takes them, too.
SELECT g.id AS goal_id, g.contractor_id, i.item_type, i.execution_context, i.completed_at
FROM ai_concierge_goals g
JOIN ai_concierge_checklist_items i ON i.goal_id = g.id
WHERE g.id IN (
	SELECT step.goal_id
	FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[]) AS d (contractor_id, item_type, item, first_at)
	JOIN ai_concierge_checklist_items step ON step.contractor_id = d.contractor_id AND step.item_type = d.item_type
	WHERE step.execution_context -> 'items' ? d.item AND (step.completed_at IS NULL OR step.completed_at > d.first_at))
ORDER BY g.id, i.position
FOR NO KEY UPDATE OF g;
