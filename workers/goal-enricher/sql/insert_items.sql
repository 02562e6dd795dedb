-- Checklist items of goals that are new.
INSERT INTO ai_concierge_checklist_items (goal_id, contractor_id, position, checklist_item, item_type, item, usage_rate, status,
	execution_context, completed_at, created_at, updated_at)
SELECT s.goal_id, s.contractor_id, s.position, s.checklist_item, s.item_type, s.item, s.usage_rate, s.status,
	s.execution_context, s.completed_at, s.time, greatest(s.time, s.completed_at)
FROM unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::text[],
	$9::jsonb[], $10::timestamptz[], $11::timestamptz[])
	AS s (goal_id, contractor_id, position, checklist_item, item_type, item, usage_rate, status,
		execution_context, completed_at, time);
