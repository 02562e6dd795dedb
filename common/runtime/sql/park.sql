INSERT INTO parked (topic, partition, kafka_offset, waiting_for, reason, contractor_id, message, parked_at, attempts,
		    retry_at)
SELECT topic, partition, kafka_offset, waiting_for, reason, contractor_id, message, coalesce(parked_at, now()), attempts,
       now() + least(interval '5 s' * power(2, least(attempts, 10)), interval '5 min')
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::bytea[], $8::timestamptz[],
	    $9::int[])
     AS t(topic, partition, kafka_offset, waiting_for, reason, contractor_id, message, parked_at, attempts)
-- One that is handled anew is there already. Another one at its place is of a topic that was made anew: neither may be lost, so NULL is refused
-- (23502, poison) and the newer one becomes a dead letter, which growthctl dlq sends again.
ON CONFLICT (topic, partition, kafka_offset) DO UPDATE
SET message = CASE WHEN parked.message = excluded.message THEN parked.message END;
