-- $1 jsonb what is carried over, behind promote_forget: records of dead letters, the schedule, reminders sent.
WITH letters AS (
	INSERT INTO operator.dead_letters OVERRIDING SYSTEM VALUE
	SELECT * FROM jsonb_populate_recordset(NULL::operator.dead_letters, $1::jsonb -> 'dead_letters')
	RETURNING id
), schedule AS (
	INSERT INTO cohort_analyzer.schedule
	SELECT * FROM jsonb_populate_recordset(NULL::cohort_analyzer.schedule, $1::jsonb -> 'schedule')
), reminders AS (
	UPDATE pattern_success_tracking t
	SET reminders = n.reminders
	FROM jsonb_to_recordset($1::jsonb -> 'reminders') AS n (goal_uuid UUID, reminders INTEGER)
	WHERE t.goal_uuid = n.goal_uuid AND t.reminders < n.reminders
)
SELECT count(*) AS letters,
	setval(pg_get_serial_sequence('operator.dead_letters', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) AS last
FROM letters;
