-- $1 int[], $2 text[], $3 timestamptz[]  goals, ascending: completed or abandoned, when
-- $4 text[], $5 timestamptz[], $6 bool[]  what they were when they were read, and whether they had a pattern. Leaves out one that is not so
-- any more: of one that has a pattern since, the outcome must wait until it is tracked.
-- goal-enricher writes updated_at as well: it is the latest of these times.
UPDATE ai_concierge_goals g
SET status = c.status, completed_at = c.completed_at, updated_at = greatest(g.occurred_at, g.last_action_at, c.completed_at)
FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::bool[])
	AS c (id, status, completed_at, former_status, formerly_completed_at, has_pattern)
WHERE g.id = c.id AND g.status = c.former_status AND g.completed_at IS NOT DISTINCT FROM c.formerly_completed_at
	AND (g.pattern_id IS NOT NULL) = c.has_pattern;
