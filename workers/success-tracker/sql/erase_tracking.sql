-- $1 int[], $2 timestamptz[]  contractors who are erased, and when
-- Of who has come back meanwhile, tracking began with messages of before; the key's order puts those that begin it anew behind the erasure.
-- But goal.completed and feedback.submitted come by topics of their own. Where they have said something of after, the row stays, as if it had begun
-- with the goal that there is now, and without what they said before.
WITH erased AS (
	SELECT t.id, g.created_at, e.erased_at,
		coalesce(t.outcome_at > e.erased_at, false) AS ended, coalesce(t.feedback_at > e.erased_at, false) AS rated
	FROM (
		SELECT contractor_id, max(erased_at) AS erased_at
		FROM unnest($1::int[], $2::timestamptz[]) AS u (contractor_id, erased_at)
		GROUP BY contractor_id
	) AS e
	JOIN pattern_success_tracking t USING (contractor_id)
	JOIN ai_concierge_goals g ON g.id = t.goal_id
	ORDER BY t.goal_id
	FOR UPDATE OF t
), forgotten AS (
	DELETE FROM pattern_success_tracking t USING erased e WHERE t.id = e.id AND NOT e.ended AND NOT e.rated
), kept AS (
	-- When it was first completed: in this life. Of several completions the times between are not kept.
	SELECT e.id, e.created_at, e.ended, e.rated, CASE
		WHEN t.first_completed_at > e.erased_at THEN t.first_completed_at
		WHEN e.ended AND t.outcome = 'completed' THEN t.outcome_at
	END AS first_completed_at
	FROM erased e
	JOIN pattern_success_tracking t ON t.id = e.id
	WHERE e.ended OR e.rated
)
UPDATE pattern_success_tracking t
SET created_at = k.created_at AT TIME ZONE 'UTC',
	goal_completed = t.goal_completed AND k.ended,
	time_to_completion_days = CASE
		WHEN k.ended AND t.outcome = 'completed' THEN greatest(floor(extract(EPOCH FROM k.first_completed_at - k.created_at) / 86400), 0)
	END,
	contractor_satisfaction = CASE
		WHEN NOT k.rated THEN t.outcome_satisfaction
		WHEN NOT k.ended THEN t.feedback_rating
		ELSE t.contractor_satisfaction
	END,
	outcome_notes = CASE WHEN k.ended THEN t.outcome_notes END,
	revenue_impact = CASE WHEN k.ended THEN t.revenue_impact END,
	what_worked = CASE WHEN k.ended THEN t.what_worked END,
	what_didnt_work = CASE WHEN k.ended THEN t.what_didnt_work END,
	completed_at = CASE
		WHEN k.ended AND t.outcome = 'completed' THEN k.first_completed_at AT TIME ZONE 'UTC'
		WHEN k.ended THEN t.completed_at
	END,
	first_completed_at = k.first_completed_at,
	outcome = CASE WHEN k.ended THEN t.outcome ELSE 'open' END,
	outcome_at = CASE WHEN k.ended THEN t.outcome_at END,
	outcome_event_id = CASE WHEN k.ended THEN t.outcome_event_id END,
	outcome_satisfaction = CASE WHEN k.ended THEN t.outcome_satisfaction END,
	feedback_at = CASE WHEN k.rated THEN t.feedback_at END,
	feedback_event_id = CASE WHEN k.rated THEN t.feedback_event_id END,
	feedback_rating = CASE WHEN k.rated THEN t.feedback_rating END,
	feedback_notes = CASE WHEN k.rated THEN t.feedback_notes END,
	feedback_requested = t.feedback_requested AND k.ended,
	reminders = CASE WHEN k.ended THEN t.reminders ELSE 0 END
FROM kept k
WHERE t.id = k.id;
