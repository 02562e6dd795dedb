INSERT INTO parked (topic, partition, kafka_offset, waiting_for, reason, contractor_id, message, parked_at, attempts,
		    retry_at)
-- Of one place there may be two: one that was parked and is released, and one that is read in the same batch. Compared as with one that is there
-- (below), and the first to be parked is kept.
SELECT DISTINCT ON (topic, partition, kafka_offset) topic, partition, kafka_offset, waiting_for, reason, contractor_id,
       CASE WHEN message = lead(message, 1, message) OVER place THEN message END, coalesce(parked_at, now()), attempts,
       now() + least(interval '5 s' * power(2, least(attempts, 10)), interval '5 min')
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::bytea[], $8::timestamptz[],
	    $9::int[])
     AS t(topic, partition, kafka_offset, waiting_for, reason, contractor_id, message, parked_at, attempts)
WINDOW place AS (PARTITION BY topic, partition, kafka_offset ORDER BY t.parked_at)
ORDER BY topic, partition, kafka_offset, t.parked_at
-- One that is handled anew is there already. Another one at its place is of a topic that was made anew: neither may be lost, so NULL is refused
-- (23502, poison) and the newer one becomes a dead letter, which growthctl dlq sends again.
ON CONFLICT (topic, partition, kafka_offset) DO UPDATE
SET message = CASE WHEN parked.message = excluded.message THEN parked.message END;
