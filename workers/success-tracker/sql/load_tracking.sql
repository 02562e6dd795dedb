-- $1 int[]  goals, locked before: a statement of its own, so that it sees what the lock waited for
SELECT t.goal_uuid, t.id, t.pattern_key, t.outcome, t.outcome_at, t.outcome_event_id, t.outcome_satisfaction,
	t.revenue_impact, t.outcome_notes AS notes, t.what_worked, t.what_didnt_work, t.first_completed_at, t.feedback_at, t.feedback_event_id, t.feedback_rating, t.feedback_requested, t.reminders, t.published_at
FROM pattern_success_tracking t
WHERE t.goal_id = ANY ($1::int[]);
