-- Every pattern that a contractor may have voted on: in a replay votes come before their patterns.
SELECT pattern_key FROM business_growth_patterns
UNION SELECT pattern_key FROM pattern_votes
ORDER BY pattern_key;
