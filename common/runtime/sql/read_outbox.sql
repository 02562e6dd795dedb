-- $1 text[], $2 int[], $3 bigint[]  partitions and the sequence that Kafka has
SELECT o.topic, o.partition, o.sequence, o.next_offset, o.message_count, o.messages
FROM outbox o JOIN unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, published)
     ON o.topic = t.topic AND o.partition = t.partition AND o.sequence > t.published
ORDER BY o.topic, o.partition, o.sequence;
