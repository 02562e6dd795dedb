-- From which positions each of them was calculated.
SELECT s.event_id, s.evaluation, i.topic, i.partition, i.next_offset
FROM (
	SELECT r.event_id, NULL::bigint AS evaluation, r.inputs
	FROM cohort_analyzer.recalculations r
	WHERE r.finished AND r.inputs IS NOT NULL
	UNION ALL
	SELECT NULL, e.number, e.inputs FROM cohort_analyzer.evaluations e
	UNION ALL
	SELECT NULL, (SELECT coalesce(max(n.number), 0) + 1 FROM cohort_analyzer.evaluations n), e.inputs
	FROM cohort_analyzer.evaluation e
	WHERE e.complete AND e.inputs IS NOT NULL
) s, jsonb_to_recordset(s.inputs) AS i (topic TEXT, partition INTEGER, next_offset BIGINT);
