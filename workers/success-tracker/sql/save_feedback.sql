-- What contractors said about goals.
UPDATE pattern_success_tracking t
SET contractor_satisfaction = f.satisfaction,
	feedback_at = f.feedback_at,
	feedback_event_id = f.event_id,
	feedback_rating = f.rating,
	feedback_notes = f.notes,
	published_at = f.published_at
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::int[], $5::text[], $6::int[],
	$7::timestamptz[])
	AS f (goal_id, feedback_at, event_id, rating, notes, satisfaction, published_at)
WHERE t.goal_id = f.goal_id;
