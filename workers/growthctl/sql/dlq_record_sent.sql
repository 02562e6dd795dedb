-- $1 text[], $2 int[], $3 bigint[] letters; $4 bigint[] their run; $5 int[], $6 bigint[] where Kafka has put the message.
UPDATE operator.dead_letters d
SET outcome = 'done', sent_partition = s.sent_partition, sent_offset = s.sent_offset, done_at = clock_timestamp()
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[])
	AS s (topic, partition, kafka_offset, run, sent_partition, sent_offset)
WHERE d.topic = s.topic AND d.partition = s.partition AND d.kafka_offset = s.kafka_offset AND d.run = s.run
      AND d.outcome = 'pending';
