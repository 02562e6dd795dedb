-- $1 the contractor; all that is known, as one JSON text
WITH checklists AS (
	SELECT goal_id, json_agg(json_build_object(
		'checklist_item', checklist_item, 'item_type', item_type, 'item', item,
		'usage_rate', usage_rate, 'status', status) ORDER BY position) AS items
	FROM ai_concierge_checklist_items WHERE contractor_id = $1
	GROUP BY goal_id
), goals AS (
	SELECT json_agg(json_build_object(
		'goal_id', goal_uuid, 'goal_type', goal_type, 'goal_description', goal_description,
		'target_milestone', target_milestone, 'priority_score', priority_score,
		'next_milestone', next_milestone, 'pattern_source', pattern_source,
		'pattern_confidence', pattern_confidence, 'data_gaps', data_gaps,
		'success_criteria', success_criteria, 'status', status, 'timeline', timeline,
		'expected_months_low', expected_months_low,
		'expected_months_high', expected_months_high,
		'created_at', created_at, 'completed_at', completed_at,
		'checklist', coalesce(items, '[]'))
		ORDER BY status = 'active' DESC, priority_score DESC NULLS LAST, id) AS list
	FROM ai_concierge_goals LEFT JOIN checklists ON goal_id = id
	WHERE contractor_id = $1
), matches AS (
	SELECT json_agg(json_build_object(
		'pattern_key', pattern_key, 'pattern_version', pattern_version, 'rank', match_rank,
		'match_score', score, 'tier_score', tier_score, 'focus_score', focus_score,
		'team_score', team_score, 'stage_score', stage_score, 'match_reason', match_reason,
		'pattern_result', pattern_result) ORDER BY match_rank) AS list
	FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = pattern_id
	WHERE contractor_id = $1 AND match_rank IS NOT NULL
)
SELECT json_build_object(
	'contractor_id', id, 'revenue_tier', revenue_tier, 'tier_entered_at', tier_entered_at,
	'team_size', team_size, 'team_band', team_band, 'current_stage', current_stage,
	'focus_areas', focus_areas, 'annual_revenue', annual_revenue, 'status', status,
	'occurred_at', occurred_at,
	'matches', coalesce(matches.list, '[]'), 'goals', coalesce(goals.list, '[]'))::text AS json
FROM contractors, matches, goals
WHERE id = $1;
