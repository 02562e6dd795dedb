-- $1 int[]  contractors
DELETE FROM partner_scores
WHERE contractor_id IN (
	SELECT s.contractor_id FROM partner_scores s WHERE s.contractor_id = ANY ($1::int[])
	ORDER BY s.contractor_id FOR UPDATE
);
