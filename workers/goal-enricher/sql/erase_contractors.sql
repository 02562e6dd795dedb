-- $1 int[]  contractors. Their goals went with the contractor himself.
WITH upstream AS (
	DELETE FROM upstream_goals u WHERE u.contractor_id = ANY ($1::int[])
), told AS (
	DELETE FROM recommendations r WHERE r.contractor_id = ANY ($1::int[])
), done AS (
	DELETE FROM done_actions d WHERE d.contractor_id = ANY ($1::int[])
)
DELETE FROM matched_contractors m WHERE m.contractor_id = ANY ($1::int[]);
