-- What each worker has not published yet, and what waits for something not known yet.
SELECT 'cohort-analyzer' AS worker, (SELECT count(*) FROM cohort_analyzer.outbox) AS outbox,
       (SELECT count(*) FROM cohort_analyzer.parked) AS parked
UNION ALL
SELECT 'matcher' AS worker, (SELECT count(*) FROM matcher.outbox) AS outbox,
       (SELECT count(*) FROM matcher.parked) AS parked
UNION ALL
SELECT 'goal-enricher' AS worker, (SELECT count(*) FROM goal_enricher.outbox) AS outbox,
       (SELECT count(*) FROM goal_enricher.parked) AS parked
UNION ALL
SELECT 'success-tracker' AS worker, (SELECT count(*) FROM success_tracker.outbox) AS outbox,
       (SELECT count(*) FROM success_tracker.parked) AS parked;
