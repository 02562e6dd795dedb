-- $1 text[], $2 int[]  our partitions; how many messages of theirs are parked, counted up to 100,000
SELECT count(*) AS messages
FROM (SELECT FROM parked p JOIN unnest($1::text[], $2::int[]) AS ours(topic, partition) USING (topic, partition)
	LIMIT 100000) AS counted;
