-- $1 text[]  what has become known
DELETE FROM parked p USING unnest($1::text[]) AS known(waiting_for)
WHERE p.waiting_for = known.waiting_for
RETURNING p.topic, p.partition, p.kafka_offset, p.waiting_for, p.message, p.parked_at, p.attempts;
