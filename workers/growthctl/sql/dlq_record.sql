-- What is decided, a row a letter. decided_by is who is logged in, whoever the role has become.
INSERT INTO operator.dead_letters (topic, partition, kafka_offset, action, outcome, run, origin_topic, origin_partition,
	origin_offset, event_id, error, because, sent_to, done_at)
SELECT n.topic, n.partition, n.kafka_offset, n.action, n.outcome, n.run, n.origin_topic, n.origin_partition, n.origin_offset,
       n.event_id, n.error, n.because, n.sent_to, CASE n.outcome WHEN 'done' THEN clock_timestamp() END
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::int[], $9::bigint[],
	    $10::text[], $11::text[], $12::text[], $13::text[])
	AS n (topic, partition, kafka_offset, action, outcome, run, origin_topic, origin_partition, origin_offset, event_id,
	      error, because, sent_to);
