-- The compare-and-set: $1 text[], $2 int[] partitions, $3 bigint[] epoch and $4 bigint[] sequence as we left them,
-- $5 bigint[] next offset, $6 bigint[] snapshot, $7 bigint[] snapshot swept up to, $8 bigint[] the one that the sweep is
-- for, $9 bigint[] its place.
-- Returns the partitions that were still ours.
UPDATE positions p
SET next_offset = t.next_offset, sequence = t.sequence + 1, snapshot = greatest(p.snapshot, t.snapshot),
    sweep_since = t.sweep_since, sweep_snapshot = t.sweep_snapshot, sweep_after = t.sweep_after, updated_at = now()
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
	    $8::bigint[], $9::bigint[])
     AS t(topic, partition, epoch, sequence, next_offset, snapshot, sweep_since, sweep_snapshot, sweep_after)
WHERE p.topic = t.topic AND p.partition = t.partition AND p.epoch = t.epoch AND p.sequence = t.sequence
RETURNING p.topic, p.partition;
