-- The run that nobody has settled, and the last one of all; 0: none.
SELECT coalesce(max(run) FILTER (WHERE outcome = 'pending'), 0) AS pending, coalesce(max(run), 0) AS last
FROM operator.dead_letters;
