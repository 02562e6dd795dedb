-- $1 bigint, $2 timestamptz  asks the shadow's cohort-analyzer for a look at outcomes, as of then; NULL: of the latest that it knows of,
-- and not at all if it knows of none. A repeated one is there already.
INSERT INTO cohort_analyzer.asked_evaluations (number, as_of)
SELECT $1, coalesce($2, e.as_of)
FROM cohort_analyzer.evaluation_due(now()) e
WHERE coalesce($2, e.as_of) IS NOT NULL
ON CONFLICT DO NOTHING;
