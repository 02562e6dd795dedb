-- What each worker has not published yet, and what waits for something not known yet, of which 10,000 are counted at most.
SELECT b.worker, b.outbox, least(b.parked, 10000) AS parked, b.parked <= 10000 AS parked_exact
FROM (
	SELECT 'cohort-analyzer' AS worker, (SELECT count(*) FROM cohort_analyzer.outbox) AS outbox,
	       (SELECT count(*) FROM (SELECT FROM cohort_analyzer.parked LIMIT 10001) AS p) AS parked
	UNION ALL
	SELECT 'matcher', (SELECT count(*) FROM matcher.outbox),
	       (SELECT count(*) FROM (SELECT FROM matcher.parked LIMIT 10001) AS p)
	UNION ALL
	SELECT 'goal-enricher', (SELECT count(*) FROM goal_enricher.outbox),
	       (SELECT count(*) FROM (SELECT FROM goal_enricher.parked LIMIT 10001) AS p)
	UNION ALL
	SELECT 'success-tracker', (SELECT count(*) FROM success_tracker.outbox),
	       (SELECT count(*) FROM (SELECT FROM success_tracker.parked LIMIT 10001) AS p)
) AS b;
