-- From which positions each of them was calculated.
SELECT r.event_id, i.topic, i.partition, i.next_offset
FROM cohort_analyzer.recalculations r,
	jsonb_to_recordset(r.inputs) AS i (topic TEXT, partition INTEGER, next_offset BIGINT)
WHERE r.finished AND r.inputs IS NOT NULL;
