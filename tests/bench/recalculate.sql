-- A history for tests/bench/run recalculate: :contractors contractors with three profiles each and :actions actions, stored in the
-- order in which they happened, as a topic brings them. Half of the steps from one profile to the next lead into the next tier.

SELECT setseed(0.5) AS seed \gset

-- Keys are made when the rows are there.
ALTER TABLE contractor_observations DROP CONSTRAINT contractor_observations_pkey;
ALTER TABLE contractor_actions DROP CONSTRAINT contractor_actions_pkey;

CREATE TEMPORARY TABLE seen AS
SELECT id AS contractor_id, n, timestamptz '2015-01-01 UTC' + (n * 1000 + random() * 900) * interval '1 day' AS occurred_at,
	floor(random() * 9)::int AS tier, random() < 0.5 AS step_1, random() < 0.5 AS step_2,
	floor(random() * 400)::int AS team, floor(random() * 5)::int AS stage, floor(random() * 10)::int AS area
FROM generate_series(1, :contractors) AS id, generate_series(0, 2) AS n;

INSERT INTO contractor_observations
SELECT s.contractor_id, s.occurred_at, gen_random_uuid()::text, s.occurred_at + random() * interval '300 days',
	('{0_5_million,5_10_million,11_20_million,21_30_million,31_50_million,51_75_million,76_100_million,'
		'101_150_million,151_300_million,300_plus_million}'::text[])
		[1 + least(f.tier + CASE WHEN s.n > 0 AND f.step_1 THEN 1 ELSE 0 END
			+ CASE WHEN s.n > 1 AND f.step_2 THEN 1 ELSE 0 END, 9)],
	CASE WHEN s.team % 2 = 0 THEN s.team + 1 END, CASE WHEN s.team % 2 = 1 THEN '11_50' END,
	('{startup,growth,scaling,established,mature}'::text[])[1 + s.stage],
	jsonb_build_array((areas.names)[1 + s.area], (areas.names)[1 + (s.area + 1 + s.stage) % 10]),
	exp(14 + 5 * random()), CASE WHEN s.n = 0 AND s.team % 3 = 0 THEN s.occurred_at - random() * interval '900 days' END,
	CASE WHEN s.team % 5 > 0 THEN 'active' END
FROM seen s JOIN seen f ON f.contractor_id = s.contractor_id AND f.n = 0,
	(VALUES ('{greenfield_growth,operational_efficiency,controlling_lead_flow,closing_sales,referral_growth,'
		'hiring_skilled_team,installing_systems,customer_experience,financial_management,'
		'leadership_development}'::text[])) AS areas (names)
ORDER BY s.occurred_at;

-- 120 items, some more popular than others.
INSERT INTO contractor_actions
SELECT 1 + floor(random() * :contractors)::int,
	timestamptz '2015-01-01 UTC' + (i * 3900.0 / :actions) * interval '1 day', gen_random_uuid()::text,
	(p.kinds)[1 + p.number % 5], (p.kinds)[1 + p.number % 5] || '_' || p.number,
	CASE WHEN p.number % 4 > 0 THEN 'What people call number ' || p.number END,
	CASE WHEN p.number % 5 = 1 AND i % 3 > 0 THEN 1 + i % 5 END
FROM (SELECT i, floor(120 * random() * random())::int AS number,
		'{milestone,partner,book,podcast,event}'::text[] AS kinds
	FROM generate_series(1, :actions) AS i OFFSET 0) AS p;

ALTER TABLE contractor_observations ADD PRIMARY KEY (contractor_id, occurred_at, event_id);
ALTER TABLE contractor_actions ADD PRIMARY KEY (contractor_id, occurred_at, event_id);
VACUUM ANALYZE contractor_observations, contractor_actions;
