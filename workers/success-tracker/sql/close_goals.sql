-- $1 int[], $2 text[], $3 timestamptz[]  goal, completed or abandoned, when
-- goal-enricher writes updated_at as well: the later time stays.
UPDATE ai_concierge_goals g
SET status = c.status, completed_at = c.completed_at, updated_at = greatest(g.updated_at, c.completed_at)
FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS c (id, status, completed_at)
WHERE g.id = c.id;
