-- $1 int[], $2 int[], $3 text[], $4 timestamptz[]  how far goals that are locked have come. No index is of these columns.
UPDATE ai_concierge_goals g
SET current_progress = s.progress, next_milestone = s.next_milestone, last_action_at = s.last_action_at,
	updated_at = greatest(g.occurred_at, s.last_action_at, g.completed_at)
FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[]) AS s (id, progress, next_milestone, last_action_at)
WHERE g.id = s.id;
