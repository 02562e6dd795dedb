-- Where a database's workers are.
SELECT 'cohort-analyzer' AS worker, topic, partition, next_offset, sequence, epoch FROM cohort_analyzer.positions
UNION ALL SELECT 'matcher', topic, partition, next_offset, sequence, epoch FROM matcher.positions
UNION ALL SELECT 'goal-enricher', topic, partition, next_offset, sequence, epoch FROM goal_enricher.positions
UNION ALL SELECT 'success-tracker', topic, partition, next_offset, sequence, epoch FROM success_tracker.positions;
