-- $1 text[], $2 integer[], $3 bigint[]  topics, partitions and offsets: whether the shadow's cohort-analyzer is beyond all of them
SELECT NOT EXISTS (
	SELECT FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS fed (topic, partition, kafka_offset)
	LEFT JOIN cohort_analyzer.positions p USING (topic, partition)
	WHERE p.next_offset IS NULL OR p.next_offset <= fed.kafka_offset
) AS yes;
