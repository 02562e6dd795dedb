-- $1 timestamptz  the loop's clock
SELECT e.as_of, e.waiting, e.due, e.complete, e.evaluated_at FROM evaluation_due($1) AS e;
