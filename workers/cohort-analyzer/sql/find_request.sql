-- The oldest recalculation that is not done.
SELECT r.event_id, r.pattern_key, r.as_of
FROM recalculations r
WHERE NOT r.finished
ORDER BY r.kafka_offset
LIMIT 1;
