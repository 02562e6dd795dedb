-- $1 the contractor; his patterns, best first
SELECT p.pattern_type, p.from_revenue_tier, p.to_revenue_tier, m.score, m.tier_score,
       m.focus_score, m.team_score, m.stage_score, m.match_reason, m.pattern_result
FROM contractor_pattern_matches m JOIN business_growth_patterns p ON p.id = m.pattern_id
WHERE m.contractor_id = $1 AND m.match_rank IS NOT NULL
ORDER BY m.match_rank;
