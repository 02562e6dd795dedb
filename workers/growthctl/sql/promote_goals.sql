-- $1 uuid[]  goals: what is told of each as goal.enriched, with the version that it has by now, and the partition that it was told in.
SELECT g.contractor_id, coalesce(t.kafka_partition, 0) AS partition, g.occurred_at,
	jsonb_strip_nulls(jsonb_build_object('goal_id', g.goal_uuid, 'contractor_id', g.contractor_id, 'occurred_at', g.occurred_at,
		'created_at', g.created_at, 'goal_type', g.goal_type, 'goal_description', g.goal_description,
		'target_milestone', g.target_milestone, 'priority_score', g.priority_score, 'pattern_key', p.pattern_key,
		'pattern_version', g.pattern_version, 'pattern_status', g.pattern_status, 'pattern_source', g.pattern_source,
		'pattern_confidence', g.pattern_confidence, 'match_score', g.match_score, 'data_gaps', g.data_gaps,
		'success_criteria', g.success_criteria, 'trigger_condition', g.trigger_condition, 'status', g.status,
		'expected_months_low', g.expected_months_low, 'expected_months_high', g.expected_months_high, 'timeline', g.timeline,
		'checklist', (
			SELECT jsonb_agg(jsonb_build_object('checklist_item', i.checklist_item, 'item_type', i.item_type, 'item', i.item,
				'usage_rate', i.usage_rate, 'status', 'pending') ORDER BY i.position)
			FROM public.ai_concierge_checklist_items i
			WHERE i.goal_id = g.id)))::text AS message
FROM unnest($1::uuid[]) AS wanted (goal_uuid)
JOIN public.ai_concierge_goals g ON g.goal_uuid = wanted.goal_uuid
LEFT JOIN public.business_growth_patterns p ON p.id = g.pattern_id
LEFT JOIN public.pattern_success_tracking t ON t.goal_uuid = g.goal_uuid
ORDER BY 2, g.contractor_id, g.id;
