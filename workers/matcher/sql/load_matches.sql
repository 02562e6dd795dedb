-- $1 int[]  contractors, read or locked before: a statement of its own, so that it sees what a lock waited for
-- Every pattern that ever fitted them; match_rank is NULL when it is no longer among the best three.
SELECT m.contractor_id, m.id, p.pattern_key, p.to_revenue_tier, m.pattern_version, m.match_rank, m.score,
	m.tier_score, m.focus_score, m.team_score, m.stage_score, m.decided_result, m.pattern_applied_at
FROM contractor_pattern_matches m
JOIN business_growth_patterns p ON p.id = m.pattern_id
WHERE m.contractor_id = ANY ($1::int[])
ORDER BY m.contractor_id;
