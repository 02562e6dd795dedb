-- What was sent, the dead letters, and where each message must have gone: loaded and asked by e2e/mutated.sh.
CREATE TABLE sent (
	topic TEXT,
	partition INTEGER,
	kafka_offset BIGINT,
	verdict TEXT,           -- poison, good, erasure
	event_id TEXT,
	contractor_id BIGINT,   -- the key's; 0: the key is none
	goal_uuid UUID,
	what TEXT,              -- how it was spoilt
	PRIMARY KEY (topic, partition, kafka_offset)
);

CREATE TABLE letters (
	worker TEXT,
	topic TEXT,
	partition INTEGER,
	kafka_offset BIGINT,
	stage TEXT,
	class TEXT,
	reason TEXT
);

CREATE VIEW positions AS
	SELECT 'cohort-analyzer' AS worker, topic, partition, next_offset FROM cohort_analyzer.positions
	UNION ALL SELECT 'matcher', topic, partition, next_offset FROM matcher.positions
	UNION ALL SELECT 'goal-enricher', topic, partition, next_offset FROM goal_enricher.positions
	UNION ALL SELECT 'success-tracker', topic, partition, next_offset FROM success_tracker.positions;

CREATE VIEW parked AS
	SELECT 'cohort-analyzer' AS worker, topic, partition, kafka_offset FROM cohort_analyzer.parked
	UNION ALL SELECT 'matcher', topic, partition, kafka_offset FROM matcher.parked
	UNION ALL SELECT 'goal-enricher', topic, partition, kafka_offset FROM goal_enricher.parked
	UNION ALL SELECT 'success-tracker', topic, partition, kafka_offset FROM success_tracker.parked;

-- A row for each message and each worker that reads its topic; stored: the worker's own tables know of it.
CREATE VIEW due AS
	SELECT p.worker, s.*, p.next_offset, CASE p.worker || ' ' || s.topic
		WHEN 'cohort-analyzer contractor.updated' THEN
			EXISTS (SELECT FROM contractor_observations t WHERE t.contractor_id = s.contractor_id)
		WHEN 'cohort-analyzer action.recorded' THEN
			EXISTS (SELECT FROM contractor_actions t WHERE t.event_id = s.event_id)
		WHEN 'cohort-analyzer outcome.recorded' THEN
			EXISTS (SELECT FROM pattern_votes t WHERE t.goal_uuid = s.goal_uuid)
		WHEN 'cohort-analyzer recalculation.requested' THEN
			EXISTS (SELECT FROM cohort_analyzer.recalculations t WHERE t.event_id = s.event_id)
		WHEN 'matcher contractor.updated' THEN
			EXISTS (SELECT FROM contractors t WHERE t.id = s.contractor_id)
		WHEN 'matcher partner.scored' THEN
			EXISTS (SELECT FROM partner_scores t WHERE t.contractor_id = s.contractor_id)
		WHEN 'goal-enricher contractor.matched' THEN
			EXISTS (SELECT FROM goal_enricher.matched_contractors t WHERE t.contractor_id = s.contractor_id)
		WHEN 'goal-enricher goal.created' THEN
			EXISTS (SELECT FROM goal_enricher.upstream_goals t WHERE t.goal_uuid = s.goal_uuid)
		WHEN 'goal-enricher action.recorded' THEN
			EXISTS (SELECT FROM goal_enricher.done_actions t WHERE t.contractor_id = s.contractor_id)
		ELSE -- success-tracker: what it hears is about goals
			EXISTS (SELECT FROM ai_concierge_goals t WHERE t.goal_uuid = s.goal_uuid)
	END AS stored
	FROM sent s JOIN positions p USING (topic, partition);

-- Of those whom a spoilt message erased, nothing may be left, and an older event of theirs is dropped: nothing to look for. A vote names
-- nobody: of whom is told by its goal; whose goal is gone may have been erased. A goal that goal-enricher never made is not followed.
CREATE VIEW untraceable AS
	WITH erased AS (SELECT contractor_id FROM sent WHERE verdict = 'erasure')
	SELECT * FROM due
	WHERE contractor_id IN (SELECT contractor_id FROM erased)
		OR topic = 'outcome.recorded' AND goal_uuid IN (SELECT goal_uuid FROM ai_concierge_goals WHERE contractor_id IN (SELECT contractor_id FROM erased))
		OR topic IN ('outcome.recorded', 'goal.enriched') AND goal_uuid NOT IN (SELECT goal_uuid FROM ai_concierge_goals);
