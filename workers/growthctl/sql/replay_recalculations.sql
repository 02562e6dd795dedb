-- Live's recalculations, in the order in which they were done.
SELECT r.event_id, r.event_source, r.pattern_key, r.as_of, r.reason, r.kafka_offset
FROM cohort_analyzer.recalculations r
WHERE r.finished AND r.inputs IS NOT NULL
ORDER BY r.kafka_offset, r.event_id;
