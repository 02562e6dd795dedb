-- Recalculations to do. A repeated request is there already.
INSERT INTO recalculations (event_id, event_source, pattern_key, as_of, reason, kafka_offset)
SELECT n.event_id, n.event_source, n.pattern_key, n.as_of, n.reason, n.kafka_offset
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[])
	AS n (event_id, event_source, pattern_key, as_of, reason, kafka_offset)
ON CONFLICT DO NOTHING;
