-- What integration/reading.sh asks about: patterns of the ladder $3M, $5M, $10M, $20M, and contractors in it.

INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type,
	sample_size, confidence_score, confidence, expected_success, consistency, avg_time_to_level_up_months, shape_version,
	status, common_focus_areas, common_partners, common_milestones, common_books, common_podcasts, common_events, timeline)
VALUES ('3_million>5_million/revenue_growth', 1, '2024-07-01Z', '3_million', '5_million', 'Revenue growth from $3M to $5M', 'revenue_growth',
	47, 0.89, 0.89, 0.9, 0.6, 11, 2, 'active',
	'[{"item": "closing_sales", "users": 20, "usage_rate": 0.43, "at_least": false, "grade": "B"}]',
	'[{"item": "buildpro", "name": "BuildPro", "users": 42, "usage_rate": 0.89, "at_least": false, "usage_low": 0.77,
		"usage_high": 0.95, "grade": "A", "control_rate": 0.62, "lift": 2.4, "lift_low": 1.5, "lift_high": 3.9,
		"avg_satisfaction": 4.8, "raters": 30, "shrunk_satisfaction": 4.7},
	{"item": "leadgen", "name": "LeadGen Tools", "users": 31, "usage_rate": 0.67, "at_least": false, "grade": "B"},
	{"item": "oddjobs", "name": "Odd Jobs", "users": 12, "usage_rate": 0.26, "at_least": false, "grade": "C"},
	{"item": "popular", "name": "Popular Co", "users": 40, "usage_rate": 0.80, "at_least": true, "grade": "A"}]',
	'[{"item": "hired_ops_manager", "users": 34, "usage_rate": 0.73, "at_least": false, "grade": "A"}]',
	'[{"item": "emyth", "name": "The E-Myth", "users": 38, "usage_rate": 0.8, "at_least": false, "grade": "A"},
	{"item": "traction", "name": "Traction", "users": 34, "usage_rate": 0.73, "at_least": false, "grade": "A"},
	{"item": "weak_book", "users": 12, "usage_rate": 0.26, "at_least": false, "grade": "C"}]',
	'[{"item": "show", "name": "The {rate} Show", "users": 42, "usage_rate": 0.9, "at_least": true, "grade": "B"}]',
	'[{"item": "fair", "name": "Builders'' Show", "users": 26, "usage_rate": 0.55, "at_least": false, "grade": "A"}]',
	'{"basis": "tier_entry", "method": "kaplan_meier", "low": 8, "median": 10, "high": 12, "p_by_horizon": 0.9, "horizon": 40,
		"later": [{"months": 6, "low": 10, "median": 12, "high": 16, "p_by_horizon": 0.7}]}'),
('3_million>5_million/lead_improvement', 1, '2024-07-01Z', '3_million', '5_million', 'Lead improvement from $3M to $5M', 'lead_improvement',
	20, 0.70, 0.7, 0.8, 0.6, 12, 2, 'active', NULL,
	'[{"item": "buildpro", "name": "BuildPro", "users": 12, "usage_rate": 0.6, "at_least": false, "grade": "C"}]',
	NULL, NULL, NULL, NULL, '{}'),
('5_million>10_million/revenue_growth', 1, '2024-07-01Z', '5_million', '10_million', 'Revenue growth from $5M to $10M', 'revenue_growth',
	31, 0.61, 0.61, 0.7, 0.6, 19, 2, 'active', NULL,
	'[{"item": "crane", "name": "Big Crane", "users": 20, "usage_rate": 0.65, "at_least": false, "grade": "A"}]',
	NULL, NULL, NULL, NULL,
	'{"basis": "first_seen", "method": "kaplan_meier", "low": 11, "median": 16, "high": 24, "p_by_horizon": 0.6, "horizon": 36}'),
('10_million>20_million/revenue_growth', 1, '2024-07-01Z', '10_million', '20_million', 'Revenue growth from $10M to $20M', 'revenue_growth',
	9, 0.20, 0.2, 0.4, 0.3, NULL, 2, 'active', NULL,
	'[{"item": "tool_hire", "users": 5, "usage_rate": 0.5, "at_least": true, "grade": "D"},
	{"item": "shed", "name": "Shed Soft", "users": 6, "usage_rate": 0.3, "at_least": false, "grade": "C"}]',
	NULL, NULL, NULL, NULL, '{}'),
('3_million>5_million/gone', 2, '2024-07-01Z', '3_million', '5_million', 'Gone', 'gone',
	9, 0.99, 0.99, 0.99, 0.3, NULL, 2, 'removed', NULL,
	'[{"item": "gone", "users": 9, "usage_rate": 1, "at_least": false, "grade": "A"}]', NULL, NULL, NULL, NULL, '{}');

INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at, updated_at)
SELECT c.id, c.tier, '2024-01-01Z', '2024-06-01Z', 'e', 0, '2024-01-01Z', '2024-06-01Z'
FROM (VALUES (56, '3_million'), (57, '3_million'), (58, '3_million'), (59, '10_million'), (60, '10_million'), (61, '3_million')) AS c (id, tier);

INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, match_rank, score, match_score, tier_score, focus_score, team_score,
	stage_score, match_reason, pattern_version)
SELECT m.contractor, p.id, m.rank, m.score, m.score, m.tier, m.focus, m.team, m.stage, m.reason, p.version
FROM (VALUES
	(56, '3_million>5_million/revenue_growth', 1, 0.9, 1, 0.8, 0.9, 0.85, 'Revenue tier and focus areas align'),
	(56, '3_million>5_million/lead_improvement', 2, 0.72, 1, 0.5, 0.7, 0.6, 'Revenue tier aligns'),
	(56, '5_million>10_million/revenue_growth', 3, 0.6, 0.5, 0.9, 0.4, 0.2, 'Focus areas align'),
	(57, '3_million>5_million/gone', NULL, 0.7, 1, 0.5, 0.5, 0.5, NULL),
	(58, '5_million>10_million/revenue_growth', 1, 0.6, 0.5, 0.9, 0.4, 0.2, NULL),
	(59, '10_million>20_million/revenue_growth', 1, 0.6, 1, 0.5, 0.4, 0.2, NULL),
	(60, '10_million>20_million/revenue_growth', 1, 0.6, 1, 0.5, 0.4, 0.2, NULL),
	(61, '3_million>5_million/revenue_growth', 1, 0.9, 1, 0.8, 0.9, 0.85, NULL))
	AS m (contractor, key, rank, score, tier, focus, team, stage, reason)
JOIN business_growth_patterns p ON p.pattern_key = m.key;

INSERT INTO goal_enricher.done_actions (contractor_id, item_type, item, first_at)
VALUES (56, 'book', 'emyth', '2024-02-01Z'), (56, 'partner', 'popular', '2024-02-01Z'), (56, 'event', 'traction', '2024-02-01Z'),
	(57, 'book', 'traction', '2024-02-01Z'), (60, 'partner', 'shed', '2024-02-01Z');

INSERT INTO ai_concierge_goals (goal_uuid, contractor_id, goal_type, goal_description, priority_score, match_score, status, pattern_id, pattern_source,
	pattern_confidence, expected_months_low, expected_months_high, upstream, created_at, updated_at, occurred_at)
SELECT md5(g.type)::uuid, 56, g.type, g.type, g.priority, g.match, g.status, p.id,
	CASE WHEN p.sample_size = 47 THEN 'Based on 47 contractors who went from $3M to $5M' END,
	p.confidence_score, CASE WHEN p.sample_size = 47 THEN 8 END, CASE WHEN p.sample_size = 47 THEN 12 END,
	p.id IS NULL, '2024-06-01Z', '2024-06-01Z', '2024-06-01Z'
FROM (VALUES
	('customer_retention', 3, NULL, 'blocked', NULL),
	('lead_improvement', 9, 0.72, 'active', '3_million>5_million/lead_improvement'),
	('revenue_growth', 9, 0.9, 'active', '3_million>5_million/revenue_growth'),
	('financial_health', 10, NULL, 'completed', NULL)) AS g (type, priority, match, status, key)
LEFT JOIN business_growth_patterns p ON p.pattern_key = g.key;

INSERT INTO ai_concierge_checklist_items (goal_id, contractor_id, position, checklist_item, item_type, item, status, created_at, updated_at)
SELECT g.id, 56, i.position, i.text, i.type, i.item, i.status, '2024-06-01Z', '2024-06-01Z'
FROM (VALUES (2, 'Recommend BuildPro', 'partner', 'buildpro', 'completed'),
	(1, 'Assess: hired ops manager', 'milestone', 'hired_ops_manager', 'pending')) AS i (position, text, type, item, status)
JOIN ai_concierge_goals g ON g.goal_type = 'revenue_growth';
