-- $1 jsonb what is carried over: what recalculations, and the patterns that they found, were calculated from, in live's offsets.
WITH known AS (
	SELECT n.event_id, n.kafka_offset, n.inputs
	FROM jsonb_to_recordset($1::jsonb -> 'recalculations') AS n (event_id TEXT, kafka_offset BIGINT, inputs JSONB)
), patterns AS (
	UPDATE business_growth_patterns p
	SET inputs = known.inputs
	FROM known
	JOIN cohort_analyzer.recalculations r ON r.event_id = known.event_id
	WHERE p.inputs = r.inputs AND known.inputs IS NOT NULL
)
UPDATE cohort_analyzer.recalculations r
SET kafka_offset = known.kafka_offset, inputs = coalesce(known.inputs, r.inputs)
FROM known
WHERE r.event_id = known.event_id;
