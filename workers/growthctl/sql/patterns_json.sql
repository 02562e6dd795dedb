-- $1 also those that are removed. All of them as one JSON text, best first.
SELECT coalesce(json_agg(json_build_object(
	'pattern_key', pattern_key, 'version', version, 'status', status, 'status_reason', status_reason,
	'pattern_type', pattern_type, 'pattern_name', pattern_name,
	'pattern_description', pattern_description,
	'from_revenue_tier', from_revenue_tier, 'to_revenue_tier', to_revenue_tier,
	'held_out', held_out, 'shape_version', shape_version,
	'sample_size', sample_size, 'at_risk', at_risk, 'confidence_score', confidence,
	'expected_success', expected_success, 'outcome_voters', outcome_voters,
	'avg_time_to_level_up_months', avg_time_to_level_up_months,
	'median_time_to_level_up_months', median_time_to_level_up_months,
	'fastest_time_months', fastest_time_months, 'timeline', timeline,
	'common_focus_areas', common_focus_areas, 'common_partners', common_partners,
	'common_milestones', common_milestones, 'common_books', common_books,
	'common_podcasts', common_podcasts, 'common_events', common_events,
	'success_indicators', success_indicators, 'as_of', as_of)
	ORDER BY confidence DESC, sample_size DESC, pattern_key), '[]')::text AS json
FROM business_growth_patterns
WHERE $1 OR status <> 'removed';
