-- What the last calculation of each transition found, and the version of its pattern if it has one.
SELECT t.from_tier, t.to_tier, t.result, t.at_risk, t.levelled_up, t.as_of, p.version
FROM cohort_analyzer.transitions t
LEFT JOIN business_growth_patterns p
	ON p.pattern_key = t.transition || '/revenue_growth' AND p.status <> 'removed'
ORDER BY t.place;
