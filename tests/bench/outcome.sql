-- :earlier goals that have turned out and were looked at, and :open ones that have not, each of a contractor of his own, on nine patterns, for
-- tests/bench/run outcome. What voters say is made up: only that it is there counts. All of it is before what the benchmark sends.
-- No checkpoint is made at the end: what is changed later was changed since the last one, as long after one.

SELECT setseed(0.5) AS seed \gset
SET session_replication_role = replica; -- foreign keys hold by construction
CREATE EXTENSION "uuid-ossp";

INSERT INTO business_growth_patterns (pattern_key, version, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type, as_of,
	sample_size, confidence, expected_success, consistency)
SELECT format('%s>%s/revenue_growth', n, n + 1), 1, n, n + 1, 'bench', 'revenue_growth', '2024-01-01 UTC', 100, 0.5, 0.5, 0.5
FROM generate_series(1, 9) AS n;

-- The same names that bench/outcome.c gives.
CREATE FUNCTION pg_temp.uuid_of(number BIGINT) RETURNS UUID LANGUAGE sql AS $$
	SELECT (lpad(to_hex(number * 2654435761 % 4294967296), 8, '0') || lpad(to_hex(number), 24, '0'))::uuid
$$;

-- common/domain's voter_of().
CREATE FUNCTION pg_temp.voter_of(contractor INT, pattern_key TEXT) RETURNS UUID LANGUAGE sql AS $$
	SELECT uuid_generate_v5(uuid_generate_v5(uuid_ns_url(), 'urn:growth-patterns'),
		format('5:voter,%s:%s,%s:%s,', length(contractor::text), contractor, length(pattern_key), pattern_key))
$$;

CREATE TEMPORARY TABLE made AS
SELECT i AS number, pg_temp.uuid_of(i) AS goal_uuid, i <= :earlier AS ended, p.id AS pattern_id, p.pattern_key,
	timestamptz '2024-06-01 UTC' - (:earlier + :open - i) * interval '1 second' AS at
FROM generate_series(1, :earlier + :open) AS i
JOIN business_growth_patterns p ON p.pattern_key = format('%s>%s/revenue_growth', 1 + i % 9, 2 + i % 9);

INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at)
SELECT number, 1 + number % 9, at - interval '1 year', at - interval '60 days', number, 0, at, at FROM made;

INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, target_milestone, priority_score, success_criteria,
	pattern_source, pattern_confidence, data_gaps, status, trigger_condition, created_at, updated_at, completed_at, pattern_id,
	pattern_version, timeline, upstream, occurred_at)
SELECT goal_uuid, number, 'revenue_growth', 'Go from one revenue tier to the next, as those did who were where you are', 'Implemented CRM', 6,
	'["Revenue of the next tier", "Implemented CRM", "Team doubled"]', 'Based on 100 contractors who went from one tier to the next', 0.5,
	'["current_team_size"]', CASE WHEN ended THEN 'completed' ELSE 'active' END, 'pattern:' || pattern_key, at - interval '30 days', at,
	CASE WHEN ended THEN at END, pattern_id, 1, '14 to 22 months from here', false, at - interval '30 days'
FROM made ORDER BY number;

INSERT INTO pattern_success_tracking (pattern_id, contractor_id, goal_id, created_at, goal_uuid, pattern_key, goal_completed,
	time_to_completion_days, contractor_satisfaction, revenue_impact, completed_at, outcome, outcome_at, outcome_event_id,
	outcome_satisfaction, feedback_requested, first_completed_at, published_at)
SELECT m.pattern_id, m.number, g.id, m.at - interval '30 days', m.goal_uuid, m.pattern_key, m.ended,
	CASE WHEN m.ended THEN 30 END, CASE WHEN m.ended THEN 1 + m.number % 5 END, CASE WHEN m.ended THEN 'too_early' END,
	CASE WHEN m.ended THEN m.at AT TIME ZONE 'UTC' END, CASE WHEN m.ended THEN 'completed' ELSE 'open' END,
	CASE WHEN m.ended THEN m.at END, CASE WHEN m.ended THEN m.number::text END, CASE WHEN m.ended THEN 1 + m.number % 5 END, m.ended,
	CASE WHEN m.ended THEN m.at END, CASE WHEN m.ended THEN m.at END
FROM made m JOIN ai_concierge_goals g USING (goal_uuid) ORDER BY m.number;

INSERT INTO pattern_votes (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction)
SELECT goal_uuid, pattern_key, pg_temp.voter_of(number, pattern_key), CASE WHEN ended THEN 'completed' ELSE 'open' END,
	at - interval '30 days', CASE WHEN ended THEN at ELSE at - interval '30 days' END, number,
	CASE WHEN ended THEN 1 + number % 5 END
FROM made ORDER BY number;

INSERT INTO cohort_analyzer.pattern_voters (pattern_key, voter, good, bad, counted)
SELECT pattern_key, voter, random()::numeric, random()::numeric, outcome = 'completed' FROM pattern_votes;

INSERT INTO cohort_analyzer.pattern_evidence (pattern_key, good, bad, voters, version)
SELECT pattern_key, sum(good), sum(bad), count(*) FILTER (WHERE counted), 1 FROM cohort_analyzer.pattern_voters GROUP BY pattern_key;

-- An open goal is looked at when it becomes 180 days old.
INSERT INTO cohort_analyzer.due_voters (pattern_key, voter, due_at, heard_at)
SELECT pattern_key, voter, goal_created_at + interval '180 days', occurred_at FROM pattern_votes WHERE outcome = 'open';

VACUUM ANALYZE;
