-- $1 int[]  contractors
SELECT d.contractor_id, d.item_type, d.item, d.first_at
FROM done_actions d
WHERE d.contractor_id = ANY ($1::int[])
ORDER BY d.contractor_id;
