-- The recalculation that is done next, or runs.
SELECT r.event_id, r.reason, r.as_of, coalesce(r.phase, 'waiting') AS phase, coalesce(r.rows_done, 0) AS done,
	coalesce(r.rows_total, 0) AS total
FROM cohort_analyzer.recalculations r
WHERE NOT r.finished
ORDER BY r.kafka_offset
LIMIT 1;
