-- How far each worker's state is; contractors are swept in the order of their ids, which end at last_contractor.
SELECT 'cohort-analyzer' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after, (SELECT max(id) FROM contractors) AS last_contractor
FROM cohort_analyzer.positions
UNION ALL
SELECT 'matcher' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after, (SELECT max(id) FROM contractors) AS last_contractor
FROM matcher.positions
UNION ALL
SELECT 'goal-enricher' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after, (SELECT max(id) FROM contractors) AS last_contractor
FROM goal_enricher.positions
UNION ALL
SELECT 'success-tracker' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after, (SELECT max(id) FROM contractors) AS last_contractor
FROM success_tracker.positions;
