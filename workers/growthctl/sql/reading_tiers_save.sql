-- $1 text[]  tiers, $2 text[]  their labels, $3 int[]  their ranks; no other one stays
WITH gone AS (
	DELETE FROM growth_v1.tiers t WHERE t.name <> ALL ($1::text[]) RETURNING 1
), saved AS (
	INSERT INTO growth_v1.tiers AS t (name, label, rank)
	SELECT n.name, n.label, n.rank FROM unnest($1::text[], $2::text[], $3::int[]) AS n (name, label, rank)
	ON CONFLICT (name) DO UPDATE SET label = excluded.label, rank = excluded.rank
		WHERE (t.label, t.rank) <> (excluded.label, excluded.rank)
	RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM saved) AS changed;
