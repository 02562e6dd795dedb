-- What live has calculated of patterns, in the order in which it was done: recalculations, looks at outcomes that published, and the last
-- look, whatever it found, if nobody was left waiting by it. asked_at: about when; of a recalculation the topic may tell better.
SELECT s.event_id, s.event_source, s.pattern_key, s.as_of, s.reason, s.kafka_offset, s.evaluation, s.asked_at
FROM (
	SELECT r.kafka_offset AS place, r.event_id, r.event_source, r.pattern_key, r.as_of, r.reason, r.kafka_offset,
		NULL::bigint AS evaluation, r.as_of AS asked_at
	FROM cohort_analyzer.recalculations r
	WHERE r.finished AND r.inputs IS NOT NULL
	UNION ALL
	SELECT coalesce(r.kafka_offset, -1), NULL, NULL, NULL, e.as_of, NULL, NULL, e.number, e.evaluated_at
	FROM cohort_analyzer.evaluations e
	LEFT JOIN cohort_analyzer.recalculations r ON r.event_id = e.after_request
	UNION ALL
	SELECT 9223372036854775807, NULL, NULL, NULL, e.as_of, NULL, NULL,
		(SELECT coalesce(max(n.number), 0) + 1 FROM cohort_analyzer.evaluations n), e.evaluated_at
	FROM cohort_analyzer.evaluation e
	WHERE e.complete AND e.inputs IS NOT NULL
) s
ORDER BY s.place, s.evaluation NULLS FIRST, s.event_id;
