-- $1 text[] topics, $2 int[] partitions, $3 bigint[] the first offset that is still there: the last word on each letter.
SELECT DISTINCT ON (d.topic, d.partition, d.kafka_offset)
       d.topic, d.partition, d.kafka_offset, d.action, d.outcome, d.because, d.sent_to, d.sent_partition, d.sent_offset,
       d.decided_at, d.decided_by
FROM unnest($1::text[], $2::int[], $3::bigint[]) AS w (topic, partition, first)
JOIN operator.dead_letters d ON d.topic = w.topic AND d.partition = w.partition AND d.kafka_offset >= w.first
WHERE d.outcome <> 'undone'
ORDER BY d.topic, d.partition, d.kafka_offset, d.id DESC;
