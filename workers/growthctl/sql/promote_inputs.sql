-- $1 jsonb what is carried over: what recalculations, the patterns that they found, and looks at outcomes were calculated from, in live's
-- offsets. Of looks that live did not have, nobody knows that.
WITH known AS (
	SELECT n.event_id, n.kafka_offset, n.inputs
	FROM jsonb_to_recordset($1::jsonb -> 'recalculations') AS n (event_id TEXT, kafka_offset BIGINT, inputs JSONB)
), patterns AS (
	UPDATE business_growth_patterns p
	SET inputs = known.inputs
	FROM known
	JOIN cohort_analyzer.recalculations r ON r.event_id = known.event_id
	WHERE p.inputs = r.inputs AND known.inputs IS NOT NULL
), looks AS (
	SELECT n.number, n.as_of, n.inputs
	FROM jsonb_to_recordset($1::jsonb -> 'evaluations') AS n (number BIGINT, as_of TIMESTAMPTZ, inputs JSONB)
), looked AS (
	UPDATE cohort_analyzer.evaluations e
	SET inputs = looks.inputs
	FROM looks
	WHERE e.number = looks.number AND e.as_of = looks.as_of
), unknown AS (
	DELETE FROM cohort_analyzer.evaluations e
	WHERE NOT EXISTS (SELECT FROM looks WHERE looks.number = e.number AND looks.as_of = e.as_of)
), last AS (
	UPDATE cohort_analyzer.evaluation e
	SET asked = NULL, inputs = (
		SELECT n.inputs
		FROM jsonb_to_recordset($1::jsonb -> 'evaluation') AS n (as_of TIMESTAMPTZ, inputs JSONB)
		WHERE n.as_of = e.as_of)
)
UPDATE cohort_analyzer.recalculations r
SET kafka_offset = known.kafka_offset, inputs = coalesce(known.inputs, r.inputs)
FROM known
WHERE r.event_id = known.event_id;
