-- $1 the contractor; his patterns, best first
SELECT pattern_type, from_revenue_tier, to_revenue_tier, match_score::float8 AS score, tier_score, focus_score, team_score, stage_score,
       match_reason, pattern_result
FROM growth_v1.find_matching_patterns($1);
