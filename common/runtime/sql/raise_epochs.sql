-- $1 text[], $2 int[], $3 bigint[]  partitions and their new epochs: from here on only we can advance them.
-- A partition never seen before starts at the log's start.
INSERT INTO positions AS p (topic, partition, next_offset, epoch, sequence)
SELECT topic, partition, 0, epoch, 0 FROM unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, epoch)
ON CONFLICT (topic, partition) DO UPDATE SET epoch = excluded.epoch, updated_at = now();
