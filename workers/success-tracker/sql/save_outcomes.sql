-- How goals ended, by goal. Leaves out one whose row is not of the version that was read.
UPDATE pattern_success_tracking t
SET goal_completed = o.outcome = 'completed',
	time_to_completion_days = o.days,
	contractor_satisfaction = o.satisfaction,
	outcome_notes = o.notes,
	revenue_impact = o.revenue_impact,
	what_worked = o.what_worked,
	what_didnt_work = o.what_didnt_work,
	completed_at = o.ended_at AT TIME ZONE 'UTC',
	first_completed_at = o.first_completed_at,
	outcome = o.outcome,
	outcome_at = o.outcome_at,
	outcome_event_id = o.event_id,
	outcome_satisfaction = o.outcome_satisfaction,
	feedback_requested = o.feedback_requested,
	published_at = o.published_at
FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[],
	$9::text[], $10::text[], $11::text[], $12::bool[], $13::timestamptz[], $14::timestamptz[],
	$15::timestamptz[], $16::int[])
	AS o (goal_id, outcome, outcome_at, event_id, days, outcome_satisfaction, satisfaction, revenue_impact,
		notes, what_worked, what_didnt_work, feedback_requested, ended_at, first_completed_at, published_at, version)
WHERE t.goal_id = o.goal_id AND t.xmin = o.version;
