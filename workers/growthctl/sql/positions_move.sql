-- $1 text[], $2 int[]  partitions; as the decision has seen them: $3 bool[] whether they had a row, $4 bigint[] its epoch,
-- $5 bigint[] its sequence. What they get: $6 bigint[] next offset, $7 bigint[] sequence; $8 bigint[] end of the pattern topic.
-- The epoch rises over all that this database, also before it was restored, can have given out: whoever still holds the
-- partition is fenced. State made with patterns that are gone asks for none, and all contractors are matched again.
-- Returns what was written: a partition that has changed meanwhile is not among it.
WITH wanted AS (
	SELECT * FROM unnest($1::text[], $2::int[], $3::bool[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
			     $8::bigint[])
		AS t(topic, partition, stored, epoch, old_sequence, next_offset, sequence, patterns_end)
), updated AS (
	UPDATE positions p
	SET next_offset = w.next_offset, sequence = w.sequence,
	    epoch = greatest(p.epoch + 1, extract(epoch FROM now())::bigint),
	    snapshot = CASE WHEN p.snapshot > w.patterns_end THEN 0 ELSE p.snapshot END,
	    sweep_since = CASE WHEN p.sweep_snapshot > w.patterns_end THEN 0 ELSE p.sweep_since END,
	    sweep_snapshot = CASE WHEN p.sweep_snapshot > w.patterns_end THEN 0 ELSE p.sweep_snapshot END,
	    updated_at = now()
	FROM wanted w
	WHERE p.topic = w.topic AND p.partition = w.partition AND w.stored AND p.epoch = w.epoch
	      AND p.sequence = w.old_sequence
	RETURNING p.topic, p.partition
), inserted AS (
	INSERT INTO positions (topic, partition, next_offset, epoch, sequence)
	SELECT topic, partition, next_offset, extract(epoch FROM now())::bigint, sequence FROM wanted WHERE NOT stored
	ON CONFLICT DO NOTHING
	RETURNING topic, partition
)
SELECT topic, partition FROM updated UNION ALL SELECT topic, partition FROM inserted;
