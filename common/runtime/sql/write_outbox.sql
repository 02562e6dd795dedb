INSERT INTO outbox (topic, partition, sequence, next_offset, message_count, messages)
SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::bytea[]);
