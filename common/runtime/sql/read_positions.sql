-- $1 text[], $2 int[]  the partitions to take over
-- Their rows, locked: a former owner that still runs cannot commit behind our back.
SELECT p.topic, p.partition, p.next_offset, p.epoch, p.sequence, p.snapshot, p.sweep_since, p.sweep_snapshot,
       p.sweep_after
FROM positions p JOIN unnest($1::text[], $2::int[]) AS wanted(topic, partition) USING (topic, partition)
ORDER BY p.topic, p.partition
FOR UPDATE OF p;
