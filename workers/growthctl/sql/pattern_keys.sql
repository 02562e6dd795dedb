-- Every pattern there is or was.
SELECT pattern_key FROM business_growth_patterns ORDER BY pattern_key;
