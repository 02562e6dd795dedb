-- $1 timestamptz, $2 bool, $3 timestamptz, $4 jsonb, $5 bigint  for when, whether all was looked at, by the loop's clock when, the
-- positions that it was calculated from, and as which one it was asked for: NULL, when that is not told, or not done yet
-- Gives the time that it is for: it does not go back.
INSERT INTO evaluation AS e (as_of, complete, evaluated_at, inputs, asked) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (one) DO UPDATE SET
	as_of = greatest(e.as_of, excluded.as_of),
	complete = excluded.complete,
	evaluated_at = excluded.evaluated_at,
	inputs = excluded.inputs,
	asked = coalesce(excluded.asked, e.asked)
RETURNING e.as_of;
