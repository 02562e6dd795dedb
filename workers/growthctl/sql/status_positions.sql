-- How far each worker's state is; contractors are swept in the order of their ids, which end at last_contractor.
SELECT p.worker, p.topic, p.partition, p.next_offset, p.sequence, p.sweep_snapshot, p.sweep_after,
       (SELECT max(id) FROM contractors) AS last_contractor,
       extract(epoch FROM clock_timestamp() - p.updated_at)::float8 AS idle_s
FROM (
	SELECT 'cohort-analyzer' AS worker, topic, partition, next_offset, sequence, sweep_snapshot, sweep_after, updated_at
	FROM cohort_analyzer.positions
	UNION ALL
	SELECT 'matcher', topic, partition, next_offset, sequence, sweep_snapshot, sweep_after, updated_at
	FROM matcher.positions
	UNION ALL
	SELECT 'goal-enricher', topic, partition, next_offset, sequence, sweep_snapshot, sweep_after, updated_at
	FROM goal_enricher.positions
	UNION ALL
	SELECT 'success-tracker', topic, partition, next_offset, sequence, sweep_snapshot, sweep_after, updated_at
	FROM success_tracker.positions
) AS p;
