-- How much there is of everything. Counting reads whole tables: not for a loop.
SELECT what, number FROM (
	SELECT 1 AS place, 'contractors' AS what, count(*) AS number FROM contractors
	UNION ALL SELECT 2, 'observations', count(*) FROM contractor_observations
	UNION ALL SELECT 3, 'actions', count(*) FROM contractor_actions
	UNION ALL SELECT 4, 'patterns_active', count(*) FROM business_growth_patterns
		WHERE status = 'active'
	UNION ALL SELECT 5, 'patterns_downgraded', count(*) FROM business_growth_patterns
		WHERE status = 'downgraded'
	UNION ALL SELECT 6, 'patterns_removed', count(*) FROM business_growth_patterns
		WHERE status = 'removed'
	UNION ALL SELECT 7, 'matched_contractors', count(*) FROM contractor_pattern_matches
		WHERE match_rank = 1
	UNION ALL SELECT 8, 'goals_active', count(*) FROM ai_concierge_goals
		WHERE status = 'active'
	UNION ALL SELECT 9, 'goals_completed', count(*) FROM ai_concierge_goals
		WHERE status = 'completed'
	UNION ALL SELECT 10, 'goals_abandoned', count(*) FROM ai_concierge_goals
		WHERE status = 'abandoned'
	UNION ALL SELECT 11, 'goals_blocked', count(*) FROM ai_concierge_goals
		WHERE status = 'blocked'
	UNION ALL SELECT 12, 'closed_without_pattern', count(*) FROM ai_concierge_goals
		WHERE pattern_id IS NULL AND status IN ('completed', 'abandoned')
	UNION ALL SELECT 13, 'tracked', count(*) FROM pattern_success_tracking
	UNION ALL SELECT 14, 'votes', count(*) FROM pattern_votes
) AS counts
ORDER BY place;
