-- $1 the contractor; all that is known, as one JSON text
SELECT json_build_object(
	'contractor_id', c.id, 'revenue_tier', c.revenue_tier, 'tier_entered_at', c.tier_entered_at,
	'team_size', c.team_size, 'team_band', c.team_band, 'current_stage', c.current_stage,
	'focus_areas', c.focus_areas, 'annual_revenue', c.annual_revenue, 'status', c.status,
	'occurred_at', c.occurred_at,
	'matches', (
		SELECT coalesce(json_agg(json_build_object(
			'pattern_key', p.pattern_key, 'pattern_version', m.pattern_version, 'rank', m.match_rank,
			'match_score', m.score, 'tier_score', m.tier_score, 'focus_score', m.focus_score,
			'team_score', m.team_score, 'stage_score', m.stage_score, 'match_reason', m.match_reason,
			'pattern_result', m.pattern_result) ORDER BY m.match_rank), '[]')
		FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id
		WHERE m.contractor_id = c.id AND m.match_rank IS NOT NULL),
	'goals', (
		SELECT coalesce(json_agg(json_build_object(
			'goal_id', g.goal_uuid, 'goal_type', g.goal_type, 'goal_description', g.goal_description,
			'target_milestone', g.target_milestone, 'priority_score', g.priority_score,
			'next_milestone', g.next_milestone, 'pattern_source', g.pattern_source,
			'pattern_confidence', g.pattern_confidence, 'data_gaps', g.data_gaps,
			'success_criteria', g.success_criteria, 'status', g.status, 'timeline', g.timeline,
			'expected_months_low', g.expected_months_low, 'expected_months_high', g.expected_months_high,
			'created_at', g.created_at, 'completed_at', g.completed_at,
			'checklist', (
				SELECT coalesce(json_agg(json_build_object(
					'checklist_item', i.checklist_item, 'item_type', i.item_type, 'item', i.item,
					'usage_rate', i.usage_rate, 'status', i.status) ORDER BY i.position), '[]')
				FROM ai_concierge_checklist_items i WHERE i.goal_id = g.id))
			ORDER BY g.status = 'active' DESC, g.priority_score DESC NULLS LAST, g.id), '[]')
		FROM ai_concierge_goals g WHERE g.contractor_id = c.id))::text AS json
FROM contractors c WHERE c.id = $1;
