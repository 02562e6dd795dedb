-- $1 int[] contractors, $2 timestamptz[] when, $3 int[] partition and $4 bigint[] offset of the null value. The latest counts.
INSERT INTO erased_contractors AS e (contractor_id, erased_at, partition, kafka_offset)
SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::int[], $4::bigint[])
ON CONFLICT (contractor_id) DO UPDATE
SET erased_at = greatest(e.erased_at, excluded.erased_at), partition = excluded.partition,
    kafka_offset = excluded.kafka_offset
WHERE CASE WHEN e.partition = excluded.partition THEN e.kafka_offset < excluded.kafka_offset
	   ELSE e.erased_at < excluded.erased_at END;
