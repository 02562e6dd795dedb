-- $1 timestamptz, $2 bool, $3 timestamptz  for when, whether all was looked at, and by the loop's clock when
-- Gives the time that it is for: it does not go back.
INSERT INTO evaluation AS e (as_of, complete, evaluated_at) VALUES ($1, $2, $3)
ON CONFLICT (one) DO UPDATE SET
	as_of = greatest(e.as_of, excluded.as_of),
	complete = excluded.complete,
	evaluated_at = excluded.evaluated_at
RETURNING e.as_of;
