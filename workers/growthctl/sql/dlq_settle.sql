-- $1 bigint run, $2 text what became of it: done, or undone.
UPDATE operator.dead_letters
SET outcome = $2, done_at = CASE $2 WHEN 'done' THEN clock_timestamp() END
WHERE run = $1 AND outcome = 'pending';
