-- $1 int[]  contractors
WITH actions AS (
	DELETE FROM contractor_actions a WHERE a.contractor_id = ANY ($1::int[])
)
DELETE FROM contractor_observations o WHERE o.contractor_id = ANY ($1::int[]);
