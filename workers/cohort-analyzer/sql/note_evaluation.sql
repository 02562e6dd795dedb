-- $1 timestamptz, $2 timestamptz, $3 jsonb  a look that publishes: for when, by the loop's clock when, and from which positions
INSERT INTO evaluations (number, as_of, evaluated_at, after_request, inputs)
SELECT coalesce((SELECT max(e.number) FROM evaluations e), 0) + 1, $1, $2,
	(SELECT r.event_id FROM recalculations r WHERE r.finished ORDER BY r.kafka_offset DESC, r.event_id DESC LIMIT 1), $3;
