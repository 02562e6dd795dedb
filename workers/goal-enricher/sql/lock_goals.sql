-- $1 int[]  contractors
-- Takes their goals, in success-tracker's order, before a batch takes some of them after others.
SELECT g.contractor_id
FROM ai_concierge_goals g
WHERE g.contractor_id = ANY ($1::int[])
ORDER BY g.id
FOR NO KEY UPDATE;
