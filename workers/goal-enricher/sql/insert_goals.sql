-- New goals of contractors that are locked. One that another contractor has in the meantime breaks the unique key, so that the batch is run
-- again and sees it.
INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, target_milestone,
	priority_score, current_progress, next_milestone, success_criteria, pattern_source, pattern_confidence,
	data_gaps, trigger_condition, last_action_at, created_at, updated_at, pattern_id, pattern_version,
	pattern_status, match_score, expected_months_low, expected_months_high, timeline, upstream, occurred_at)
SELECT s.goal_uuid, s.contractor_id, s.goal_type, s.goal_description, s.target_milestone,
	s.priority_score, s.progress, s.next_milestone, s.success_criteria -> 'items', s.pattern_source,
	s.pattern_confidence, s.data_gaps -> 'items', s.trigger_condition, s.last_action_at, s.created_at,
	s.updated_at, p.id, s.pattern_version, s.pattern_status, s.match_score, s.expected_months_low,
	s.expected_months_high, s.timeline, s.upstream, s.occurred_at
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[],
	$9::jsonb[], $10::text[], $11::float8[], $12::jsonb[], $13::text[], $14::timestamptz[],
	$15::timestamptz[], $16::timestamptz[], $17::text[], $18::bigint[], $19::text[], $20::float8[],
	$21::int[], $22::int[], $23::text[], $24::bool[], $25::timestamptz[])
	AS s (goal_uuid, contractor_id, goal_type, goal_description, target_milestone, priority_score,
		progress, next_milestone, success_criteria, pattern_source, pattern_confidence, data_gaps,
		trigger_condition, last_action_at, created_at, updated_at, pattern_key, pattern_version, pattern_status,
		match_score, expected_months_low, expected_months_high, timeline, upstream, occurred_at)
LEFT JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
RETURNING id, goal_uuid;
