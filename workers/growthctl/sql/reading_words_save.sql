-- $1 text[]  keys, $2 text[]  their templates; no other one stays
WITH gone AS (
	DELETE FROM growth_v1.wording w WHERE w.key <> ALL ($1::text[]) RETURNING 1
), saved AS (
	INSERT INTO growth_v1.wording AS w (key, template)
	SELECT n.key, n.template FROM unnest($1::text[], $2::text[]) AS n (key, template)
	ON CONFLICT (key) DO UPDATE SET template = excluded.template WHERE w.template <> excluded.template
	RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM saved) AS changed;
