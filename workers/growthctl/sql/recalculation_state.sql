-- $1 text  a request. How far it is, if cohort-analyzer has read it: how many are done before it, where it is itself.
SELECT r.finished, coalesce(r.phase, 'waiting') AS phase, coalesce(r.rows_done, 0) AS done,
	coalesce(r.rows_total, 0) AS total,
	(SELECT count(*) FROM cohort_analyzer.recalculations o
	 WHERE NOT o.finished AND o.kafka_offset < r.kafka_offset) AS before
FROM cohort_analyzer.recalculations r
WHERE r.event_id = $1;
