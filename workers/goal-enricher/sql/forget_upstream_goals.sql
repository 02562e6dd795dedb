-- $1 uuid[], $2 text[]  goals, each once, and the messages that they were noted from
DELETE FROM upstream_goals u
USING unnest($1::uuid[], $2::text[]) AS s (goal_uuid, event_id)
WHERE u.goal_uuid = s.goal_uuid AND u.event_id = s.event_id;
