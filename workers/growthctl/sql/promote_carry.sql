-- What the next live database takes over from the present one, as one document: what operators decided, what the clock has caused,
-- and the offsets in live's topics that rows are known by.
SELECT jsonb_build_object(
	'dead_letters', (SELECT coalesce(jsonb_agg(to_jsonb(d)), '[]') FROM operator.dead_letters d),
	'schedule', (SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM cohort_analyzer.schedule s),
	'reminders', (SELECT coalesce(jsonb_agg(jsonb_build_object('goal_uuid', t.goal_uuid, 'reminders', t.reminders)), '[]')
		FROM pattern_success_tracking t WHERE t.reminders > 0),
	'recalculations', (SELECT coalesce(jsonb_agg(jsonb_build_object(
			'event_id', r.event_id, 'kafka_offset', r.kafka_offset, 'inputs', r.inputs)), '[]')
		FROM cohort_analyzer.recalculations r),
	'evaluations', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', e.number, 'as_of', e.as_of, 'inputs', e.inputs)), '[]')
		FROM cohort_analyzer.evaluations e),
	'evaluation', (SELECT coalesce(jsonb_agg(jsonb_build_object('as_of', e.as_of, 'inputs', e.inputs)), '[]')
		FROM cohort_analyzer.evaluation e),
	'erased', (SELECT coalesce(jsonb_agg(to_jsonb(e)), '[]') FROM (
		SELECT 'cohort_analyzer' AS schema, contractor_id, partition, kafka_offset FROM cohort_analyzer.erased_contractors
		UNION ALL SELECT 'matcher', contractor_id, partition, kafka_offset FROM matcher.erased_contractors
		UNION ALL SELECT 'goal_enricher', contractor_id, partition, kafka_offset FROM goal_enricher.erased_contractors
		UNION ALL SELECT 'success_tracker', contractor_id, partition, kafka_offset FROM success_tracker.erased_contractors) AS e),
	'parked', (SELECT coalesce(jsonb_agg(to_jsonb(k)), '[]') FROM (
		SELECT 'cohort_analyzer' AS schema, topic, partition, kafka_offset, waiting_for, contractor_id FROM cohort_analyzer.parked
		UNION ALL SELECT 'matcher', topic, partition, kafka_offset, waiting_for, contractor_id FROM matcher.parked
		UNION ALL SELECT 'goal_enricher', topic, partition, kafka_offset, waiting_for, contractor_id FROM goal_enricher.parked
		UNION ALL SELECT 'success_tracker', topic, partition, kafka_offset, waiting_for, contractor_id FROM success_tracker.parked)
		AS k))::text AS carried;
