-- $1 text, $2 timestamptz  what was done, and for when. A row if it was not done before.
INSERT INTO schedule AS s (what, done_at) VALUES ($1, $2)
ON CONFLICT (what) DO UPDATE SET done_at = excluded.done_at WHERE s.done_at < excluded.done_at
RETURNING s.what;
