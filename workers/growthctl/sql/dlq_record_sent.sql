-- $1 text[], $2 int[], $3 bigint[], $4 timestamptz[] letters; $5 bigint[] their run; $6 int[], $7 bigint[] where Kafka has put the message.
UPDATE operator.dead_letters d
SET outcome = 'done', sent_partition = s.sent_partition, sent_offset = s.sent_offset, done_at = clock_timestamp()
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::int[], $7::bigint[])
	AS s (topic, partition, kafka_offset, dead_lettered_at, run, sent_partition, sent_offset)
WHERE d.topic = s.topic AND d.partition = s.partition AND d.kafka_offset = s.kafka_offset
      AND d.dead_lettered_at IS NOT DISTINCT FROM s.dead_lettered_at AND d.run = s.run AND d.outcome = 'pending';
