-- $1 uuid[]  goals, locked before: a statement of its own, so that it sees what the lock waited for
SELECT t.goal_uuid, t.id, t.pattern_key, t.outcome, t.outcome_at, t.outcome_event_id, t.outcome_satisfaction,
	t.revenue_impact, t.feedback_at, t.feedback_event_id, t.feedback_rating, t.feedback_requested
FROM pattern_success_tracking t
WHERE t.goal_uuid = ANY ($1::uuid[]);
