-- $1 int[]  contractors, ascending
-- A row to lock for those not heard of yet. Most are there: looking first is cheaper than a conflict.
INSERT INTO matched_contractors (contractor_id)
SELECT w.id
FROM unnest($1::int[]) AS w (id)
WHERE NOT EXISTS (SELECT FROM matched_contractors m WHERE m.contractor_id = w.id)
ORDER BY w.id
ON CONFLICT DO NOTHING;
