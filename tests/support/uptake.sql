-- What integration/growthctl_patterns.sh asks about, beside support/reading.sql: 100 contractors whom a pattern of it matched on 1 January.
-- To 1-40 BuildPro was recommended and Traction to 1-20. Of the former 30 used it within 90 days, 2 later, 4 had before. Of the other 60,
-- 15 used it in time, 5 had before.

INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at)
SELECT 1000 + i, '3_million', '2023-12-01Z', '2024-01-01Z', 'e', 0, '2023-12-01Z', '2024-01-01Z' FROM generate_series(1, 100) i;

INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, match_rank, score, match_score, tier_score, focus_score, team_score,
	stage_score, pattern_version, pattern_applied_at)
SELECT 1000 + i, p.id, 1, 0.9, 0.9, 1, 1, 1, 1, 1, '2024-01-01'
FROM generate_series(1, 100) i, business_growth_patterns p WHERE p.pattern_key = '3_million>5_million/revenue_growth';

INSERT INTO goal_enricher.recommendations (contractor_id, pattern_id, item_type, item, first_at)
SELECT 1000 + i, p.id, r.type, r.item, '2024-01-01Z'
FROM (VALUES ('partner', 'buildpro', 40), ('book', 'traction', 20)) AS r (type, item, until)
CROSS JOIN LATERAL generate_series(1, r.until) i
JOIN business_growth_patterns p ON p.pattern_key = '3_million>5_million/revenue_growth';

INSERT INTO goal_enricher.done_actions (contractor_id, item_type, item, first_at)
SELECT 1000 + i, 'partner', 'buildpro', d.day
FROM (VALUES (1, 30, '2024-02-01Z'::timestamptz), (31, 32, '2024-06-01Z'), (33, 36, '2023-12-01Z'),
	(41, 55, '2024-02-01Z'), (56, 60, '2023-12-01Z')) AS d (first, last, day)
CROSS JOIN LATERAL generate_series(d.first, d.last) i;

INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, status, pattern_id, upstream, created_at, updated_at,
	occurred_at)
SELECT md5('story ' || i)::uuid, 1000 + i, 'revenue_growth', 'Grow', CASE WHEN i <= 20 THEN 'completed' WHEN i <= 25 THEN 'abandoned' ELSE 'active' END,
	p.id, false, '2024-01-01Z', '2024-06-01Z', '2024-01-01Z'
FROM generate_series(1, 40) i, business_growth_patterns p WHERE p.pattern_key = '3_million>5_million/revenue_growth';

INSERT INTO pattern_success_tracking (pattern_id, contractor_id, goal_id, goal_uuid, pattern_key, outcome, goal_completed, contractor_satisfaction,
	revenue_impact, time_to_completion_days)
SELECT g.pattern_id, g.contractor_id, g.id, g.goal_uuid, '3_million>5_million/revenue_growth',
	CASE g.status WHEN 'active' THEN 'open' ELSE g.status END, g.status = 'completed',
	CASE WHEN g.status = 'completed' THEN CASE WHEN g.contractor_id <= 1010 THEN 5 ELSE 4 END END,
	CASE WHEN g.status = 'completed' THEN CASE WHEN g.contractor_id <= 1012 THEN 'positive' ELSE 'neutral' END END,
	CASE WHEN g.status = 'completed' THEN 100 END
FROM ai_concierge_goals g WHERE g.contractor_id > 1000;

-- Votes as of the pattern's 2024-07-01: 20 good, 5 bad, all on that day.
INSERT INTO pattern_votes (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id)
SELECT g.goal_uuid, '3_million>5_million/revenue_growth', g.goal_uuid, g.status, g.created_at, '2024-07-01Z', 'e' || g.id
FROM ai_concierge_goals g WHERE g.contractor_id BETWEEN 1001 AND 1025;

INSERT INTO confidence_history (pattern_key, version, as_of, confidence, expected_success, sample_size, outcome_voters, status)
VALUES ('3_million>5_million/revenue_growth', 1, '2024-05-01Z', 0.61, 0.7, 45, 0, 'active'),
	('3_million>5_million/revenue_growth', 2, '2024-07-01Z', 0.25, 0.4, 47, 25, 'downgraded');

UPDATE business_growth_patterns SET status = 'downgraded', status_reason = 'what it says did not hold for contractors held out',
	outcome_voters = 25, version = 2, at_risk = 210, held_out = '{"result": "failed"}', success_indicators = '{"team_doubled": 0.4}',
	common_partners = jsonb_set(common_partners, '{0}', common_partners -> 0
		|| '{"outcome_success": 0.78, "outcome_ratio": 1.22, "outcome_users": 14}')
WHERE pattern_key = '3_million>5_million/revenue_growth';
