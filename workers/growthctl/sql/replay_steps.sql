SELECT s.event_id, s.event_source, s.pattern_key, s.as_of, s.reason, s.kafka_offset, s.evaluation FROM replay.steps s ORDER BY s.step;
