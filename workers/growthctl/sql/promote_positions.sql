-- In a worker's schema. $1 text[], $2 int[], $3 bigint[] next offset, $4 bigint[] epoch, $5 bigint[] sequence, $6 bigint[] offset after
-- the last version in the pattern topic: all contractors are matched with what comes before it, and what comes behind it is swept for.
INSERT INTO positions (topic, partition, next_offset, epoch, sequence, snapshot, sweep_since, sweep_snapshot)
SELECT topic, partition, next_offset, greatest(epoch, extract(epoch FROM now())::bigint), sequence, patterns_end, patterns_end,
	patterns_end
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
	AS t (topic, partition, next_offset, epoch, sequence, patterns_end);
