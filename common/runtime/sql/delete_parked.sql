-- $1 text[], $2 int[], $3 bigint[]  parked messages, by their places
DELETE FROM parked p USING unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, kafka_offset)
WHERE (p.topic, p.partition, p.kafka_offset) = (t.topic, t.partition, t.kafka_offset);
