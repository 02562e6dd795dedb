-- All of them, also removed ones.
SELECT id, pattern_key, to_revenue_tier FROM business_growth_patterns ORDER BY id;
