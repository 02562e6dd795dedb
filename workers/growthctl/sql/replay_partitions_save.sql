INSERT INTO replay.partitions (place, topic, partition, begins)
SELECT n.place, n.topic, n.partition, n.begins
FROM unnest($1::integer[], $2::text[], $3::integer[], $4::bigint[]) AS n (place, topic, partition, begins);
