-- What the last calculation of each transition found, and the version of its pattern if it has one. Of a pattern that is downgraded, or
-- removed for its outcomes, why.
SELECT t.from_tier, t.to_tier,
	CASE WHEN p.status = 'downgraded' OR (p.status = 'removed' AND s.cohort_status <> 'removed')
		THEN p.status || ': ' || p.status_reason ELSE t.result END AS result,
	t.at_risk, t.levelled_up, t.as_of, CASE WHEN p.status <> 'removed' THEN p.version END AS version
FROM cohort_analyzer.transitions t
LEFT JOIN business_growth_patterns p ON p.pattern_key = t.transition || '/revenue_growth'
LEFT JOIN cohort_analyzer.standings s ON s.pattern_key = p.pattern_key
ORDER BY t.place;
