-- $1 int[], $2 text[], $3 text[], $4 timestamptz[]  contractors whose goals are all wanted, without type; actions, as load_steps.sql has them
-- Takes these goals, in success-tracker's order, before a batch takes some of them after others.
SELECT g.contractor_id
FROM ai_concierge_goals g
WHERE g.id IN (
	SELECT own.id
	FROM unnest($1::int[], $2::text[]) AS d (contractor_id, item_type)
	JOIN ai_concierge_goals own ON own.contractor_id = d.contractor_id
	WHERE d.item_type IS NULL
	UNION ALL
	SELECT step.goal_id
	FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[]) AS d (contractor_id, item_type, item, first_at)
	JOIN ai_concierge_checklist_items step ON step.contractor_id = d.contractor_id AND step.item_type = d.item_type
	WHERE step.execution_context -> 'items' ? d.item AND (step.completed_at IS NULL OR step.completed_at > d.first_at))
ORDER BY g.id
FOR NO KEY UPDATE;
