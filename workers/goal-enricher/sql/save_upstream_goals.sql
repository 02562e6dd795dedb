INSERT INTO upstream_goals AS u (goal_uuid, contractor_id, event_id, message)
SELECT s.goal_uuid, s.contractor_id, s.event_id, s.message
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[]) AS s (goal_uuid, contractor_id, event_id, message)
ORDER BY s.goal_uuid
ON CONFLICT (goal_uuid) DO UPDATE SET event_id = excluded.event_id, message = excluded.message
WHERE u.contractor_id = excluded.contractor_id; -- the id of another contractor's goal changes nothing
