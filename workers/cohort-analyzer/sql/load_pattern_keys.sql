SELECT p.pattern_key FROM business_growth_patterns p ORDER BY p.pattern_key;
