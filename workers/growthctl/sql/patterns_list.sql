-- $1 also those that are removed. Best first.
SELECT pattern_type, from_revenue_tier, to_revenue_tier, status, status_reason, sample_size, confidence,
       avg_time_to_level_up_months AS average, median_time_to_level_up_months AS median,
       fastest_time_months AS fastest, coalesce(held_out ->> 'result', '') AS held_out
FROM business_growth_patterns
WHERE $1 OR status <> 'removed'
ORDER BY confidence DESC, sample_size DESC, pattern_key;
