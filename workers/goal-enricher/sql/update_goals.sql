-- Goals that are locked, by their numbers.
UPDATE ai_concierge_goals g
SET goal_type = s.goal_type,
	goal_description = s.goal_description,
	target_milestone = s.target_milestone,
	priority_score = s.priority_score,
	current_progress = s.progress,
	next_milestone = s.next_milestone,
	success_criteria = s.success_criteria -> 'items',
	pattern_source = s.pattern_source,
	pattern_confidence = s.pattern_confidence,
	data_gaps = s.data_gaps -> 'items',
	trigger_condition = s.trigger_condition,
	last_action_at = s.last_action_at,
	updated_at = greatest(s.updated_at, g.completed_at),
	pattern_id = p.id,
	pattern_version = s.pattern_version,
	pattern_status = s.pattern_status,
	match_score = s.match_score,
	expected_months_low = s.expected_months_low,
	expected_months_high = s.expected_months_high,
	timeline = s.timeline,
	upstream = s.upstream,
	occurred_at = s.occurred_at
FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::jsonb[], $9::text[],
	$10::float8[], $11::jsonb[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[], $16::bigint[],
	$17::text[], $18::float8[], $19::int[], $20::int[], $21::text[], $22::bool[], $23::timestamptz[])
	AS s (id, goal_type, goal_description, target_milestone, priority_score, progress, next_milestone,
		success_criteria, pattern_source, pattern_confidence, data_gaps, trigger_condition, last_action_at,
		updated_at, pattern_key, pattern_version, pattern_status, match_score, expected_months_low,
		expected_months_high, timeline, upstream, occurred_at)
LEFT JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
WHERE g.id = s.id;
