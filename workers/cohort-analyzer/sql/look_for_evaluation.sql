-- $1 timestamptz  the loop's clock
-- And the first look that was asked for and is not done, if there is one.
SELECT e.as_of, e.waiting, e.due, e.complete, e.evaluated_at, a.number AS asked, a.as_of AS asked_as_of
FROM evaluation_due($1) AS e
LEFT JOIN LATERAL (
	SELECT a.number, a.as_of
	FROM asked_evaluations a
	WHERE a.number > coalesce((SELECT last.asked FROM evaluation last), 0)
	ORDER BY a.number
	LIMIT 1
) a ON true;
