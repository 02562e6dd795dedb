-- For tests/bench/run sweep: :contractors contractors in ten tiers, spread over :partitions partitions, and a pattern for each tier but
-- the last. They have no matches yet: the first sweep makes them.

SELECT setseed(0.5) AS seed \gset

CREATE TEMPORARY TABLE ladder AS
SELECT tier, place FROM unnest('{0_5_million,5_10_million,11_20_million,21_30_million,31_50_million,51_75_million,76_100_million,
	101_150_million,151_300_million,300_plus_million}'::text[]) WITH ORDINALITY AS t (tier, place);

INSERT INTO contractors (id, revenue_tier, team_size, current_stage, focus_areas, tier_entered_at, occurred_at, event_id,
	kafka_partition, created_at, updated_at)
SELECT id, ladder.tier, 1 + floor(random() * 60)::int, (ARRAY['growth', 'scaling', 'startup'])[1 + floor(random() * 3)::int],
	CASE WHEN random() < 0.5 THEN '["closing_sales"]' ELSE '["closing_sales", "customer_experience"]' END::jsonb,
	'2024-01-01Z', '2024-06-01Z', 'bench', floor(random() * :partitions)::int, '2024-06-01Z', '2024-06-01Z'
FROM generate_series(1, :contractors) AS id JOIN ladder ON ladder.place = 1 + id % 10
ORDER BY id;

INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier, to_revenue_tier, pattern_name, pattern_type,
	sample_size, confidence, expected_success, consistency)
SELECT f.tier || '>' || t.tier || '/revenue_growth', 1, '2024-05-01Z', f.tier, t.tier, f.tier, 'revenue_growth', 20, 0.6, 0.6, 0.5
FROM ladder f JOIN ladder t ON t.place = f.place + 1;

VACUUM ANALYZE contractors;
