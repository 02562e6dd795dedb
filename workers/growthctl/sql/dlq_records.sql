-- $1 text[] topics, $2 int[] partitions, $3 bigint[] the first offset that is still there: the last word on each letter, by place in the order
-- of bytes, of a place the latest last. Of a topic that was made anew the letters of both lives are there.
SELECT l.topic, l.partition, l.kafka_offset, l.dead_lettered_at, l.action, l.outcome, l.because, l.sent_to, l.sent_partition,
       l.sent_offset, l.decided_at, l.decided_by
FROM (
	SELECT DISTINCT ON (d.topic, d.partition, d.kafka_offset, d.dead_lettered_at) d.*
	FROM unnest($1::text[], $2::int[], $3::bigint[]) AS w (topic, partition, first)
	JOIN operator.dead_letters d ON d.topic = w.topic AND d.partition = w.partition AND d.kafka_offset >= w.first
	WHERE d.outcome <> 'undone'
	ORDER BY d.topic, d.partition, d.kafka_offset, d.dead_lettered_at, d.id DESC
) AS l
ORDER BY l.topic COLLATE "C", l.partition, l.kafka_offset, l.id;
