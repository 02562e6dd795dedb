-- $1 int[]  contractors; those of them that were erased
SELECT e.contractor_id, e.erased_at, e.partition, e.kafka_offset
FROM erased_contractors e JOIN unnest($1::int[]) AS wanted(contractor_id) USING (contractor_id);
