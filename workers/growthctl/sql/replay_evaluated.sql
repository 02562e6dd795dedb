-- Whether the shadow has done every look that was asked for.
SELECT NOT EXISTS (
	SELECT FROM cohort_analyzer.asked_evaluations a
	WHERE a.number > coalesce((SELECT e.asked FROM cohort_analyzer.evaluation e), 0)
) AS yes;
