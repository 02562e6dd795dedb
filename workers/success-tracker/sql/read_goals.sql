-- $1 uuid[]  goals
-- A row for each one known, with its tracking row's columns when it is tracked, not locked: who writes what follows from it does so if it is
-- still as read.
SELECT g.goal_uuid, g.id, g.contractor_id, g.pattern_id IS NOT NULL AS has_pattern, g.created_at, g.status, g.completed_at,
	t.id AS tracking_id, t.xmin AS version, t.pattern_key, t.outcome, t.outcome_at, t.outcome_event_id,
	t.outcome_satisfaction, t.revenue_impact, t.outcome_notes AS notes, t.what_worked, t.what_didnt_work,
	t.first_completed_at, t.feedback_at, t.feedback_event_id, t.feedback_rating, t.contractor_satisfaction AS satisfaction,
	coalesce(t.feedback_requested, false) AS feedback_requested, coalesce(t.reminders, 0) AS reminders, t.published_at
FROM ai_concierge_goals g
LEFT JOIN pattern_success_tracking t ON t.goal_id = g.id
WHERE g.goal_uuid = ANY ($1::uuid[]);
