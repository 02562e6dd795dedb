-- $1 int[]  contractors
-- Their goals in the order they were made. success-tracker writes their status: it waits, and foreign keys do not.
SELECT g.id, g.goal_uuid, g.contractor_id, g.goal_type, g.goal_description, g.target_milestone, g.priority_score,
	jsonb_build_object('items', g.success_criteria) AS success_criteria, g.pattern_source,
	g.pattern_confidence::float8 AS pattern_confidence, jsonb_build_object('items', g.data_gaps) AS data_gaps,
	g.status, g.trigger_condition, g.created_at, p.pattern_key, g.pattern_version, g.pattern_status,
	g.match_score, g.expected_months_low,
	g.expected_months_high, g.timeline, g.upstream, g.occurred_at
FROM ai_concierge_goals g
LEFT JOIN business_growth_patterns p ON p.id = g.pattern_id
WHERE g.contractor_id = ANY ($1::int[])
ORDER BY g.id
FOR NO KEY UPDATE OF g;
