-- How goals ended, by pattern and voter.
SELECT v.pattern_key, v.voter, v.outcome, v.goal_created_at, v.occurred_at, v.satisfaction, v.revenue_impact
FROM pattern_votes v
ORDER BY v.pattern_key COLLATE "C", v.voter;
