-- $1 int[]  contractors
SELECT u.contractor_id, u.event_id, u.message
FROM upstream_goals u
WHERE u.contractor_id = ANY ($1::int[])
ORDER BY u.contractor_id, u.goal_uuid;
