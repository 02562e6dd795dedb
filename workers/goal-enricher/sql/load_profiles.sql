-- $1 int[]  contractors
SELECT m.contractor_id, m.message
FROM matched_contractors m
WHERE m.contractor_id = ANY ($1::int[]) AND m.message IS NOT NULL;
