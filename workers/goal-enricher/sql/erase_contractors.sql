-- $1 int[]  contractors. Their goals went with the contractor himself; of who has come back meanwhile there may be such as were made from
-- messages of before, with what hangs on them. Goals are taken in success-tracker's order.
WITH upstream AS (
	DELETE FROM upstream_goals u WHERE u.contractor_id = ANY ($1::int[])
), told AS (
	DELETE FROM recommendations r WHERE r.contractor_id = ANY ($1::int[])
), done AS (
	DELETE FROM done_actions d WHERE d.contractor_id = ANY ($1::int[])
), goals AS (
	DELETE FROM ai_concierge_goals g
	USING (
		SELECT o.id FROM ai_concierge_goals o WHERE o.contractor_id = ANY ($1::int[]) ORDER BY o.id FOR UPDATE
	) AS old
	WHERE g.id = old.id
)
DELETE FROM matched_contractors m WHERE m.contractor_id = ANY ($1::int[]);
