-- What the read functions read, for tests/bench/run reading and integration/reading_plans.sh: :contractors contractors with three
-- matches, two goals, eight items on their checklists and five things done each, and three patterns a transition with full lists.

SELECT setseed(0.5) AS seed \gset
SET session_replication_role = replica; -- foreign keys hold by construction

-- Indexes are made when the rows are there; primary keys stay, ids come in order.
CREATE TEMPORARY TABLE later AS
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS away,
	format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS back
FROM pg_constraint c
WHERE c.contype = 'u' AND c.conrelid IN ('contractor_pattern_matches'::regclass, 'ai_concierge_goals'::regclass,
	'ai_concierge_checklist_items'::regclass)
UNION ALL
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index i
WHERE NOT i.indisunique AND i.indrelid IN ('contractors'::regclass, 'contractor_pattern_matches'::regclass,
	'ai_concierge_goals'::regclass, 'ai_concierge_checklist_items'::regclass);
SELECT away FROM later \gexec

CREATE FUNCTION pg_temp.items(kind TEXT) RETURNS JSONB LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('item', kind || '_' || i, 'name', 'What people call ' || kind || ' ' || i,
		'users', 40 - i, 'usage_rate', 0.9 - i * 0.05, 'at_least', i = 1, 'usage_low', 0.2, 'usage_high', 0.95,
		'grade', substr('AAABBBCCDD', i, 1), 'control_rate', 0.4, 'lift', 1.8, 'lift_low', 1.1, 'lift_high', 2.9,
		'q_value', 0.01, 'first_share', 0.2, 'median_adoption_months', 6, 'avg_satisfaction', 4.2, 'raters', 20,
		'shrunk_satisfaction', 4.1) ORDER BY i)
	FROM generate_series(1, 10) i
$$;

INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type,
	sample_size, confidence_score, confidence, expected_success, consistency, shape_version, common_focus_areas,
	common_partners, common_milestones, common_books, common_podcasts, common_events, timeline)
SELECT f.name || '>' || t.name || '/' || type, 1, '2024-07-01Z', f.name, t.name, 'A pattern', type, 47, 0.7, 0.7, 0.8, 0.6, 2,
	pg_temp.items('focus_area'), pg_temp.items('partner'), pg_temp.items('milestone'), pg_temp.items('book'),
	pg_temp.items('podcast'), pg_temp.items('event'),
	jsonb_build_object('basis', 'tier_entry', 'method', 'kaplan_meier', 'low', 8, 'median', 14, 'high', 25,
		'p_by_horizon', 0.7, 'horizon', 60, 'later', (SELECT jsonb_agg(jsonb_build_object('months', m, 'low', m + 3,
			'median', m + 9, 'high', m + 20, 'p_by_horizon', 0.6) ORDER BY m) FROM unnest('{6,12,18,24,36,48}'::int[]) m))
FROM growth_v1.tiers f JOIN growth_v1.tiers t ON t.rank = f.rank + 1,
	unnest('{revenue_growth,lead_improvement,team_expansion}'::text[]) type
ORDER BY f.rank;

INSERT INTO contractors (id, revenue_tier, team_size, current_stage, focus_areas, status, tier_entered_at, occurred_at, event_id,
	kafka_partition, created_at, updated_at)
SELECT i, (SELECT name FROM growth_v1.tiers WHERE rank = i % 9), 1 + i % 80, 'growth', '["closing_sales", "referral_growth"]', 'active',
	'2024-01-01Z'::timestamptz - random() * interval '900 days', '2024-06-01Z', 'event-' || i, i % 12, '2020-01-01Z', '2024-06-01Z'
FROM generate_series(1, :contractors) i;

-- Two matches of the contractor's own tier, one of the next one.
INSERT INTO contractor_pattern_matches (contractor_id, pattern_id, match_rank, score, match_score, tier_score, focus_score, team_score,
	stage_score, match_reason, pattern_version)
SELECT c.i, p.id, 1 + o.n, 0.9 - o.n * 0.1, 0.9 - o.n * 0.1, CASE WHEN o.n < 2 THEN 1 ELSE 0.5 END, 0.8, 0.7, 0.6,
	'Revenue tier and focus areas align; team size unknown', 1
FROM generate_series(1, :contractors) AS c (i), generate_series(0, 2) AS o (n)
CROSS JOIN LATERAL (SELECT 1 + 3 * CASE WHEN o.n < 2 THEN c.i % 9 ELSE (c.i % 9 + 1) % 9 END + o.n AS place) AS q
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM business_growth_patterns) AS p ON p.place = q.place
ORDER BY c.i, o.n;

INSERT INTO ai_concierge_goals (id, goal_uuid, contractor_id, goal_type, goal_description, target_milestone, priority_score, pattern_source,
	pattern_confidence, pattern_id, pattern_version, data_gaps, success_criteria, expected_months_low, expected_months_high,
	timeline, upstream, created_at, updated_at, occurred_at)
SELECT 2 * m.contractor_id + m.match_rank, gen_random_uuid(), m.contractor_id, 'revenue_growth',
	'Grow revenue to the next tier ($0-5M to $5-10M)', 'Implemented a CRM', 9 - m.match_rank,
	'Based on 47 contractors who went from $0-5M to $5-10M - 89% improved lead systems first', 0.7, m.pattern_id, 1,
	'["team_size", "annual_revenue"]', '["Reach $5-10M", "Implemented a CRM"]', 8, 12,
	'Based on similar contractors, expect 8-12 months to reach $5-10M', false, '2024-06-01Z', '2024-06-01Z', '2024-06-01Z'
FROM contractor_pattern_matches m
WHERE m.match_rank < 3
ORDER BY m.contractor_id;

INSERT INTO ai_concierge_checklist_items (goal_id, contractor_id, position, checklist_item, item_type, item, usage_rate, created_at, updated_at)
SELECT g.id, g.contractor_id, n, 'Recommend BuildPro or LeadGen Tools (used by 89% of successful contractors)', 'partner',
	'partner_' || n, 0.89, '2024-06-01Z', '2024-06-01Z'
FROM ai_concierge_goals g, generate_series(1, 4) n
ORDER BY g.id;

INSERT INTO goal_enricher.done_actions (contractor_id, item_type, item, first_at)
SELECT i, (d.kinds)[n], (d.kinds)[n] || '_' || 1 + (i + n) % 9, '2024-03-01Z'
FROM generate_series(1, :contractors) i, generate_series(1, 5) n,
	(VALUES ('{book,event,milestone,partner,podcast}'::text[])) AS d (kinds)
ORDER BY 1, 2;

SELECT back FROM later \gexec
VACUUM ANALYZE contractors, business_growth_patterns, contractor_pattern_matches, ai_concierge_goals, ai_concierge_checklist_items,
	goal_enricher.done_actions;
