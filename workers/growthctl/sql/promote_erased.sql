-- In a worker's schema, $1 text its name, $2 jsonb what is carried over: where in live's log each erasure stands. One that live does
-- not know is older than all that comes.
UPDATE erased_contractors e
SET kafka_offset = coalesce((SELECT n.kafka_offset
	FROM jsonb_to_recordset($2::jsonb -> 'erased') AS n (schema TEXT, contractor_id INTEGER, partition INTEGER, kafka_offset BIGINT)
	WHERE n.schema = $1::text AND n.contractor_id = e.contractor_id AND n.partition = e.partition), -1);
