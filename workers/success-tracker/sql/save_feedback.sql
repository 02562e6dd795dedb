-- What contractors said about goals, by goal. Leaves out one whose row is not of the version that was read.
UPDATE pattern_success_tracking t
SET contractor_satisfaction = f.satisfaction,
	feedback_at = f.feedback_at,
	feedback_event_id = f.event_id,
	feedback_rating = f.rating,
	feedback_notes = f.notes,
	published_at = f.published_at
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::int[], $5::text[], $6::int[],
	$7::timestamptz[], $8::int[])
	AS f (goal_id, feedback_at, event_id, rating, notes, satisfaction, published_at, version)
WHERE t.goal_id = f.goal_id AND t.xmin = f.version;
