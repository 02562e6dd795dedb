-- $1 int[]  contractors; their messages that are parked
SELECT p.topic, p.partition, p.kafka_offset, p.waiting_for, p.contractor_id, p.message, p.parked_at, p.attempts
FROM parked p JOIN unnest($1::int[]) AS erased(contractor_id) USING (contractor_id);
