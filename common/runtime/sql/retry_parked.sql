-- $1 text, $2 int, $3 int  a partition, and how many of its parked messages to try again
DELETE FROM parked p USING (
	SELECT topic, partition, kafka_offset FROM parked
	WHERE topic = $1 AND partition = $2 AND retry_at <= now()
	ORDER BY retry_at, kafka_offset LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
WHERE (p.topic, p.partition, p.kafka_offset) = (due.topic, due.partition, due.kafka_offset)
RETURNING p.topic, p.partition, p.kafka_offset, p.waiting_for, p.message, p.parked_at, p.attempts;
