-- Recalculations that were asked for and are not done.
SELECT count(*) AS number FROM cohort_analyzer.recalculations WHERE NOT finished;
