-- The lowest position of those workers that read a partition.
SELECT p.topic, p.partition, min(p.next_offset) AS next_offset
FROM (
	SELECT topic, partition, next_offset FROM cohort_analyzer.positions
	UNION ALL SELECT topic, partition, next_offset FROM matcher.positions
	UNION ALL SELECT topic, partition, next_offset FROM goal_enricher.positions
	UNION ALL SELECT topic, partition, next_offset FROM success_tracker.positions
) AS p
GROUP BY p.topic, p.partition;
