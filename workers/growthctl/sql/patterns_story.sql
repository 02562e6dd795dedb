-- $1 text  a pattern's key; NULL: all that are not removed, in the order of the ladder, the whole cohort's first
-- $2 bool  whether uptake is wanted, which reads much
-- A row for each: all that is known of it as one JSON text.
-- Columns that later releases add are taken as they come (to_jsonb).
SELECT jsonb_build_object(
	'pattern_key', p.pattern_key, 'pattern_name', p.pattern_name, 'pattern_description', p.pattern_description,
	'pattern_type', p.pattern_type, 'status', p.status, 'status_reason', p.status_reason, 'version', p.version,
	'as_of', p.as_of,
	'cohort', jsonb_build_object('from_revenue_tier', p.from_revenue_tier, 'to_revenue_tier', p.to_revenue_tier,
		'at_risk', p.at_risk, 'levelled_up', p.sample_size, 'held_out', p.held_out, 'team_median', p.team_median,
		'stages', p.stages, 'success_indicators', p.success_indicators),
	'items', coalesce((SELECT jsonb_agg(i || jsonb_build_object('kind', list.kind) ORDER BY list.rank, place)
		FROM (VALUES (1, 'focus_area', p.common_focus_areas), (2, 'milestone', p.common_milestones),
			(3, 'partner', p.common_partners), (4, 'book', p.common_books), (5, 'podcast', p.common_podcasts),
			(6, 'event', p.common_events)) AS list (rank, kind, items)
		CROSS JOIN LATERAL jsonb_array_elements(list.items) WITH ORDINALITY AS i (i, place)), '[]'),
	'timeline', coalesce(p.timeline, '{}') || jsonb_build_object('avg_months', p.avg_time_to_level_up_months,
		'median_months', p.median_time_to_level_up_months, 'fastest_months', p.fastest_time_months),
	'confidence', jsonb_build_object('score', p.confidence, 'expected_success', p.expected_success,
		'consistency', p.consistency, 'outcome_voters', p.outcome_voters,
		'as_of', coalesce((to_jsonb(p) ->> 'confidence_as_of')::timestamptz, p.as_of)),
	'confidence_history', coalesce((SELECT jsonb_agg(to_jsonb(h) - 'pattern_key' ORDER BY h.version)
		FROM confidence_history h WHERE h.pattern_key = p.pattern_key), '[]'),
	'goals', (SELECT jsonb_build_object('made', count(*), 'active', count(*) FILTER (WHERE g.status = 'active'),
			'blocked', count(*) FILTER (WHERE g.status = 'blocked'),
			'completed', count(*) FILTER (WHERE g.status = 'completed'),
			'abandoned', count(*) FILTER (WHERE g.status = 'abandoned'))
		FROM ai_concierge_goals g WHERE g.pattern_id = p.id),
	'outcomes', (SELECT jsonb_build_object('tracked', count(*), 'open', count(*) FILTER (WHERE t.outcome = 'open'),
			'completed', count(*) FILTER (WHERE t.outcome = 'completed'),
			'abandoned', count(*) FILTER (WHERE t.outcome = 'abandoned'),
			'rated', count(t.contractor_satisfaction), 'mean_satisfaction', avg(t.contractor_satisfaction),
			'median_days', percentile_cont(0.5) WITHIN GROUP (ORDER BY t.time_to_completion_days),
			'revenue_impact', jsonb_build_object('positive', count(*) FILTER (WHERE t.revenue_impact = 'positive'),
				'neutral', count(*) FILTER (WHERE t.revenue_impact = 'neutral'),
				'negative', count(*) FILTER (WHERE t.revenue_impact = 'negative'),
				'too_early', count(*) FILTER (WHERE t.revenue_impact = 'too_early')))
		FROM pattern_success_tracking t WHERE t.pattern_id = p.id),
	'uptake', CASE WHEN $2::boolean THEN
		(SELECT coalesce(jsonb_agg(u), '[]') FROM growth_v1.pattern_uptake(p.pattern_key) u) END)::text AS json
FROM business_growth_patterns p
LEFT JOIN cohort_analyzer.transitions t ON t.transition = split_part(p.pattern_key, '/', 1)
WHERE p.pattern_key = $1::text OR ($1::text IS NULL AND p.status <> 'removed')
ORDER BY t.place, p.pattern_type <> 'revenue_growth', p.confidence DESC, p.pattern_key;
