-- $1 text, $2 jsonb, $3 jsonb  request, what it read, what it found
-- A row if it was not finished before.
UPDATE recalculations r
SET finished = true, inputs = $2, outcome = $3
WHERE r.event_id = $1 AND NOT r.finished
RETURNING r.event_id;
