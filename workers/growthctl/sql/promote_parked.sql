-- In a worker's schema, behind promote_displace_parked, $1 text its name, $2 jsonb what is carried over: where in live's log each message stands
-- that waits there as well. Of several that wait for one thing, the order tells.
UPDATE parked p
SET kafka_offset = n.kafka_offset
FROM (
	SELECT k.topic, k.partition, k.kafka_offset, k.waiting_for, k.contractor_id,
		row_number() OVER (PARTITION BY k.topic, k.partition, k.waiting_for, k.contractor_id ORDER BY k.kafka_offset DESC) AS place
	FROM parked k
) AS o
JOIN (
	SELECT k.topic, k.partition, k.kafka_offset, k.waiting_for, k.contractor_id,
		row_number() OVER (PARTITION BY k.topic, k.partition, k.waiting_for, k.contractor_id ORDER BY k.kafka_offset) AS place
	FROM jsonb_to_recordset($2::jsonb -> 'parked') AS k (schema TEXT, topic TEXT, partition INTEGER, kafka_offset BIGINT,
		waiting_for TEXT, contractor_id INTEGER)
	WHERE k.schema = $1::text
) AS n ON n.topic = o.topic AND n.partition = o.partition AND n.waiting_for = o.waiting_for AND n.place = o.place
	AND n.contractor_id IS NOT DISTINCT FROM o.contractor_id
WHERE p.topic = o.topic AND p.partition = o.partition AND p.kafka_offset = o.kafka_offset;
