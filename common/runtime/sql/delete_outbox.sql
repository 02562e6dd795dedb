-- $1 text[], $2 int[], $3 bigint[]  rows up to these sequences are in Kafka
DELETE FROM outbox o USING unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, published)
WHERE o.topic = t.topic AND o.partition = t.partition AND o.sequence <= t.published;
