INSERT INTO replay.steps (step, event_id, event_source, pattern_key, as_of, reason, kafka_offset, evaluation)
SELECT n.step, n.event_id, n.event_source, n.pattern_key, n.as_of, n.reason, n.kafka_offset, n.evaluation
FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bigint[], $8::bigint[])
	AS n (step, event_id, event_source, pattern_key, as_of, reason, kafka_offset, evaluation);
