-- $1 text[], $2 int[]  our partitions; those with something to try again
SELECT DISTINCT p.topic, p.partition
FROM parked p JOIN unnest($1::text[], $2::int[]) AS ours(topic, partition) USING (topic, partition)
WHERE p.retry_at <= now();
