-- $1 int[], $2 int[]  partition, number of the last reminder
-- $3 timestamptz[], $4 timestamptz[]  after and until when a goal was completed of which the next one is due
-- Goals that nobody rated; of one partition at a time. Equality in all columns of the index but the last: no more is read than found.
SELECT t.kafka_partition AS partition, t.goal_uuid
FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[]) AS due (partition, reminders, after, until)
CROSS JOIN LATERAL (
	SELECT p.kafka_partition, p.goal_uuid
	FROM pattern_success_tracking p
	WHERE p.kafka_partition = due.partition AND p.reminders = due.reminders
		AND p.first_completed_at > due.after AND p.first_completed_at <= due.until
		AND p.outcome = 'completed' AND p.contractor_satisfaction IS NULL
	ORDER BY p.first_completed_at
	LIMIT 500
) AS t
ORDER BY 1, 2
LIMIT 500;
