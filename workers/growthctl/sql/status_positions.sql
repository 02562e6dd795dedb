-- How far each worker's state is.
SELECT 'cohort-analyzer' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after IS NOT NULL AS sweeping
FROM cohort_analyzer.positions
UNION ALL
SELECT 'matcher' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after IS NOT NULL AS sweeping
FROM matcher.positions
UNION ALL
SELECT 'goal-enricher' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after IS NOT NULL AS sweeping
FROM goal_enricher.positions
UNION ALL
SELECT 'success-tracker' AS worker, topic, partition, next_offset, sequence, sweep_snapshot,
       sweep_after IS NOT NULL AS sweeping
FROM success_tracker.positions;
