-- $1 int[], $2 int[]  tracking row, number of the reminder that was sent
UPDATE pattern_success_tracking t
SET reminders = r.number
FROM unnest($1::int[], $2::int[]) AS r (id, number)
WHERE t.id = r.id;
