-- $1 text, $2 text, $3 bigint, $4 bigint  how far a running recalculation is
UPDATE recalculations r
SET phase = $2, rows_done = $3, rows_total = $4
WHERE r.event_id = $1 AND NOT r.finished;
