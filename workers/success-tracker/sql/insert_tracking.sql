-- $1 uuid[], $2 text[], $3 timestamptz[], $4 int[]  goal, its pattern's key, the goal's creation, the message's partition; of a goal's
-- several the first
-- Returns the goals that are tracked from now on: not those tracked before, nor those that an erasure took away. One that is closed
-- without a pattern will never have one: nothing was kept of its outcome, so it would be open for ever. One that is closed with a pattern was
-- tracked then: its row is lost, and is made anew from the messages that are read again.
INSERT INTO pattern_success_tracking (pattern_id, contractor_id, goal_id, created_at, goal_uuid, pattern_key,
	kafka_partition)
SELECT p.id, g.contractor_id, g.id, s.created_at AT TIME ZONE 'UTC', s.goal_uuid, s.pattern_key,
	s.partition
FROM (
	SELECT DISTINCT ON (goal_uuid) goal_uuid, pattern_key, created_at, partition
	FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[]) WITH ORDINALITY
		AS u (goal_uuid, pattern_key, created_at, partition, place)
	ORDER BY goal_uuid, place
) AS s
JOIN ai_concierge_goals g ON g.goal_uuid = s.goal_uuid
JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
-- ON CONFLICT alone would spend a serial number on every goal that is tracked already.
WHERE NOT EXISTS (SELECT FROM pattern_success_tracking t WHERE t.goal_id = g.id)
	AND (g.pattern_id IS NOT NULL OR g.status NOT IN ('completed', 'abandoned'))
ORDER BY g.id
ON CONFLICT (goal_id) DO NOTHING
RETURNING goal_uuid;
