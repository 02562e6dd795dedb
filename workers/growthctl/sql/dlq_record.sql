-- What is decided, a row a letter. decided_by is who is logged in, whoever the role has become.
INSERT INTO operator.dead_letters (topic, partition, kafka_offset, dead_lettered_at, action, outcome, run, origin_topic, origin_partition,
	origin_offset, event_id, error, because, sent_to, done_at)
SELECT n.topic, n.partition, n.kafka_offset, n.dead_lettered_at, n.action, n.outcome, n.run, n.origin_topic, n.origin_partition,
       n.origin_offset, n.event_id, n.error, n.because, n.sent_to, CASE n.outcome WHEN 'done' THEN clock_timestamp() END
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::int[],
	    $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[])
	AS n (topic, partition, kafka_offset, dead_lettered_at, action, outcome, run, origin_topic, origin_partition, origin_offset,
	      event_id, error, because, sent_to);
