-- $1 int[], $2 int[]  goal, number of the reminder that was sent
UPDATE pattern_success_tracking t
SET reminders = r.number
FROM unnest($1::int[], $2::int[]) AS r (goal_id, number)
WHERE t.goal_id = r.goal_id;
