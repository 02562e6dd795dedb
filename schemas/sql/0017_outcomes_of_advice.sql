-- What becomes of goals tells of partners: whose votes are in the published numbers. Fingerprints as 0009 has them, of voter and score.
ALTER TABLE cohort_analyzer.publications
	ADD COLUMN voters BYTEA NOT NULL DEFAULT '';
ALTER TABLE cohort_analyzer.publications
	ALTER COLUMN voters SET STORAGE EXTERNAL;

-- Readers see it, and it orders partners among those that are supported alike.
CREATE OR REPLACE VIEW growth_v1.listed_of_patterns AS
SELECT p.id AS pattern_id, p.pattern_key, p.from_revenue_tier, p.to_revenue_tier, list.kind, i.place::int AS place, i.item,
	coalesce(i.name, upper(left(i.item, 1)) || replace(substr(i.item, 2), '_', ' ')) AS name,
	i.grade, i.users, i.usage_rate, i.at_least, i.usage_low, i.usage_high, i.control_rate,
	i.lift, i.lift_low, i.lift_high, i.q_value, i.first_share, i.median_adoption_months,
	i.avg_satisfaction, i.raters, i.shrunk_satisfaction, i.outcome_success, i.outcome_ratio, i.outcome_users
FROM public.business_growth_patterns p
CROSS JOIN LATERAL (VALUES
	('focus_area', p.common_focus_areas), ('partner', p.common_partners), ('milestone', p.common_milestones),
	('book', p.common_books), ('podcast', p.common_podcasts), ('event', p.common_events)) AS list (kind, items)
CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(list.items) AS (
	item TEXT, name TEXT, grade TEXT, users INTEGER, usage_rate DOUBLE PRECISION, at_least BOOLEAN,
	usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION, control_rate DOUBLE PRECISION,
	lift DOUBLE PRECISION, lift_low DOUBLE PRECISION, lift_high DOUBLE PRECISION, q_value DOUBLE PRECISION,
	first_share DOUBLE PRECISION, median_adoption_months DOUBLE PRECISION, avg_satisfaction DOUBLE PRECISION,
	raters INTEGER, shrunk_satisfaction DOUBLE PRECISION, outcome_success DOUBLE PRECISION,
	outcome_ratio DOUBLE PRECISION, outcome_users INTEGER)) WITH ORDINALITY
	AS i (item, name, grade, users, usage_rate, at_least, usage_low, usage_high, control_rate, lift, lift_low,
		lift_high, q_value, first_share, median_adoption_months, avg_satisfaction, raters,
		shrunk_satisfaction, outcome_success, outcome_ratio, outcome_users, place)
WHERE p.status <> 'removed';

CREATE OR REPLACE VIEW growth_v1.growth_pattern_items WITH (security_barrier) AS
SELECT pattern_id, pattern_key, from_revenue_tier, to_revenue_tier, kind, place, item, name, grade, users, usage_rate,
	at_least, usage_low, usage_high, control_rate, lift, lift_low, lift_high, q_value, first_share,
	median_adoption_months, avg_satisfaction, raters, shrunk_satisfaction, outcome_success, outcome_ratio, outcome_users
FROM growth_v1.listed_of_patterns;

-- The order is by boost times outcome_ratio, unknown being 1; the boost itself is partner.recommended's.
DROP FUNCTION growth_v1.partner_recommendations(INTEGER);
CREATE FUNCTION growth_v1.partner_recommendations(contractor_id INTEGER)
RETURNS TABLE (partner_id TEXT, partner_name TEXT, usage_rate DOUBLE PRECISION, at_least BOOLEAN,
	usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION, avg_satisfaction DOUBLE PRECISION, raters INTEGER,
	effectiveness DOUBLE PRECISION, effectiveness_low DOUBLE PRECISION, effectiveness_high DOUBLE PRECISION,
	grade TEXT, boost DOUBLE PRECISION, already_used BOOLEAN, pattern_key TEXT, sentence TEXT, like_you TEXT,
	outcome_success DOUBLE PRECISION, outcome_ratio DOUBLE PRECISION, outcome_users INTEGER)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
	SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.item, i.name, i.usage_rate, i.at_least, i.usage_low, i.usage_high, i.avg_satisfaction, i.raters,
		i.lift, i.lift_low, i.lift_high, i.grade, i.boost, i.done, i.pattern_key,
		growth_v1.fill(w.texts ->> CASE WHEN i.avg_satisfaction IS NULL THEN 'partner_unrated' ELSE 'partner_sentence' END,
			'rate', growth_v1.rate_text(w.texts, i.usage_rate, i.at_least),
			'from', coalesce(w.labels ->> i.from_revenue_tier, i.from_revenue_tier),
			'to', coalesce(w.labels ->> i.to_revenue_tier, i.to_revenue_tier),
			'satisfaction', to_char(i.avg_satisfaction, 'FM0.0'),
			'partner', i.name) || growth_v1.marker(w.texts, i.grade_rank),
		growth_v1.fill(w.texts ->> 'partner_like_you', 'partner', i.name),
		o.outcome_success, o.outcome_ratio, o.outcome_users
	FROM growth_v1.words w
	CROSS JOIN growth_v1.listed_items(partner_recommendations.contractor_id, '{partner}') i
	CROSS JOIN LATERAL (
		SELECT r.*
		FROM public.business_growth_patterns p
		LEFT JOIN jsonb_to_recordset(p.common_partners) AS r (item TEXT, outcome_success DOUBLE PRECISION,
			outcome_ratio DOUBLE PRECISION, outcome_users INTEGER) ON r.item = i.item
		WHERE p.pattern_key = i.pattern_key
	) AS o
	ORDER BY i.done, i.grade_rank, i.boost * coalesce(o.outcome_ratio, 1) DESC, i.shrunk_satisfaction DESC NULLS LAST,
		i.users DESC, i.item;
END
$$;
REVOKE ALL ON FUNCTION growth_v1.partner_recommendations(INTEGER) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION growth_v1.partner_recommendations(INTEGER) TO growth_reader, growth_operator;

-- ---- uptake ----

-- Which partner, book, podcast or event was recommended to whom by a goal of which pattern, and since when, also when the goal has
-- another list by now. goal-enricher's.
CREATE TABLE goal_enricher.recommendations (
	contractor_id INTEGER NOT NULL,
	pattern_id INTEGER NOT NULL,
	item_type VARCHAR(50) NOT NULL,
	item TEXT NOT NULL,
	first_at TIMESTAMPTZ NOT NULL, -- of the events that the goal rests on
	PRIMARY KEY (contractor_id, pattern_id, item_type, item)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON goal_enricher.recommendations TO growth_goal_enricher;
GRANT SELECT ON goal_enricher.recommendations TO growth_operator;

-- What present checklists recommend. A step of several partners has them in its context.
INSERT INTO goal_enricher.recommendations (contractor_id, pattern_id, item_type, item, first_at)
SELECT g.contractor_id, g.pattern_id, i.item_type, listed.item, min(g.created_at)
FROM public.ai_concierge_checklist_items i
JOIN public.ai_concierge_goals g ON g.id = i.goal_id
CROSS JOIN LATERAL jsonb_array_elements_text(i.execution_context -> 'items') AS listed (item)
WHERE i.item_type IN ('partner', 'book', 'podcast', 'event') AND g.pattern_id IS NOT NULL
GROUP BY g.contractor_id, g.pattern_id, i.item_type, listed.item;

-- Wilson's 95 % limits of a share (statistics §2); NULL of nothing.
CREATE FUNCTION growth_v1.wilson(users BIGINT, n BIGINT)
RETURNS TABLE (low DOUBLE PRECISION, high DOUBLE PRECISION)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT greatest(0, w.centre - w.half), least(1, w.centre + w.half)
	FROM (SELECT users / nullif(n, 0)::float8 AS p, 1.959964 ^ 2 AS zz) AS s
	CROSS JOIN LATERAL (SELECT (s.p + s.zz / (2 * n)) / (1 + s.zz / n) AS centre,
		sqrt(s.p * (1 - s.p) * s.zz / n + (s.zz / (2 * n)) ^ 2) / (1 + s.zz / n) AS half
		WHERE n > 0) AS w
	UNION ALL SELECT NULL, NULL WHERE n = 0;
END;

-- Of what goals recommended, how much was taken up: first done within a time after the recommendation. Compared with contractors
-- of the same tier whom the same pattern matches too and to whom it was not recommended (by a goal of any pattern), within the same time
-- after that match began. Who had done it before is in neither group, nor is whose time is not over at as_of. A row without item is
-- the sum of its kind. difference: of the rates, with Newcombe's limits (of Wilson's); NULL where there is nobody to compare with.
CREATE FUNCTION growth_v1.pattern_uptake(of_pattern TEXT DEFAULT NULL, within INTERVAL DEFAULT '90 days',
	as_of TIMESTAMPTZ DEFAULT now())
RETURNS TABLE (pattern_key TEXT, kind TEXT, item TEXT, name TEXT, recommended BIGINT, taken_up BIGINT,
	rate DOUBLE PRECISION, rate_low DOUBLE PRECISION, rate_high DOUBLE PRECISION,
	others BIGINT, others_taken_up BIGINT, others_rate DOUBLE PRECISION, others_low DOUBLE PRECISION,
	others_high DOUBLE PRECISION, difference DOUBLE PRECISION, difference_low DOUBLE PRECISION,
	difference_high DOUBLE PRECISION)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET work_mem = '256MB' AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH wanted AS MATERIALIZED (
		SELECT p.id, p.pattern_key
		FROM public.business_growth_patterns p
		WHERE of_pattern IS NULL OR p.pattern_key = of_pattern
	), item AS MATERIALIZED ( -- numbers compare faster than texts, a million times
		SELECT row_number() OVER () AS number, i.item_type, i.item
		FROM (SELECT DISTINCT r.item_type, r.item FROM goal_enricher.recommendations r
			JOIN wanted ON wanted.id = r.pattern_id) AS i
	), recommended AS MATERIALIZED (
		SELECT r.contractor_id, r.pattern_id, item.number, r.first_at
		FROM goal_enricher.recommendations r
		JOIN item ON item.item_type = r.item_type AND item.item = r.item
	), action AS MATERIALIZED (
		SELECT d.contractor_id, item.number, d.first_at
		FROM goal_enricher.done_actions d
		JOIN item ON item.item_type = d.item_type AND item.item = d.item
	), told AS MATERIALIZED (
		SELECT r.pattern_id, r.number,
			count(*) FILTER (WHERE d.first_at IS NULL OR d.first_at > r.first_at) AS n,
			count(*) FILTER (WHERE d.first_at > r.first_at AND d.first_at <= r.first_at + within) AS done
		FROM recommended r
		JOIN wanted ON wanted.id = r.pattern_id
		LEFT JOIN action d ON d.contractor_id = r.contractor_id AND d.number = r.number
		WHERE r.first_at + within <= as_of
		GROUP BY r.pattern_id, r.number
	), matched AS MATERIALIZED (
		SELECT m.pattern_id, m.contractor_id, m.pattern_applied_at AT TIME ZONE 'UTC' AS since
		FROM public.contractor_pattern_matches m
		JOIN wanted ON wanted.id = m.pattern_id
		WHERE m.tier_score = 1 AND m.pattern_applied_at AT TIME ZONE 'UTC' + within <= as_of
	), groups AS (
		SELECT m.pattern_id, count(*) AS n FROM matched m GROUP BY m.pattern_id
	), known AS ( -- of a contractor and an item: whether it was recommended to him, and when he did it
		SELECT x.contractor_id, x.number, bool_or(x.told) AS told, min(x.first_at) AS first_at
		FROM (SELECT r.contractor_id, r.number, true AS told, NULL::timestamptz AS first_at FROM recommended r
			UNION ALL SELECT d.contractor_id, d.number, false, d.first_at FROM action d) AS x
		GROUP BY x.contractor_id, x.number
	), beside AS ( -- of the group, those who are not to be compared with, and of the others who did it
		SELECT m.pattern_id, k.number,
			count(*) FILTER (WHERE k.told OR k.first_at <= m.since) AS apart,
			count(*) FILTER (WHERE NOT k.told AND k.first_at > m.since AND k.first_at <= m.since + within) AS done
		FROM matched m
		JOIN known k ON k.contractor_id = m.contractor_id
		GROUP BY m.pattern_id, k.number
	), counted AS (
		SELECT t.pattern_id, item.item_type, item.item, sum(t.n)::bigint AS n, sum(t.done)::bigint AS done,
			sum(coalesce(g.n, 0) - coalesce(b.apart, 0))::bigint AS others,
			sum(coalesce(b.done, 0))::bigint AS others_done
		FROM told t
		JOIN item ON item.number = t.number
		LEFT JOIN groups g ON g.pattern_id = t.pattern_id
		LEFT JOIN beside b ON b.pattern_id = t.pattern_id AND b.number = t.number
		GROUP BY GROUPING SETS ((t.pattern_id, item.item_type, item.item), (t.pattern_id, item.item_type))
	), rated AS (
		SELECT c.*, c.done / nullif(c.n, 0)::float8 AS rate, c.others_done / nullif(c.others, 0)::float8 AS others_rate,
			own.low, own.high, beside.low AS others_low, beside.high AS others_high
		FROM counted c
		CROSS JOIN LATERAL growth_v1.wilson(c.done, c.n) AS own
		CROSS JOIN LATERAL growth_v1.wilson(c.others_done, c.others) AS beside
	)
	SELECT w.pattern_key, r.item_type::text, r.item, l.name, r.n, r.done, r.rate, r.low, r.high,
		r.others, r.others_done, r.others_rate, r.others_low, r.others_high, r.rate - r.others_rate,
		r.rate - r.others_rate - sqrt((r.rate - r.low) ^ 2 + (r.others_high - r.others_rate) ^ 2),
		r.rate - r.others_rate + sqrt((r.high - r.rate) ^ 2 + (r.others_rate - r.others_low) ^ 2)
	FROM rated r
	JOIN wanted w ON w.id = r.pattern_id
	LEFT JOIN growth_v1.listed_of_patterns l ON l.pattern_id = r.pattern_id AND l.kind = r.item_type AND l.item = r.item
	ORDER BY w.pattern_key, array_position('{partner,book,podcast,event}', r.item_type::text), r.item IS NOT NULL,
		r.rate DESC NULLS LAST, r.item;
END
$$;
COMMENT ON FUNCTION growth_v1.pattern_uptake(TEXT, INTERVAL, TIMESTAMPTZ) IS
	'For the operator, not for readers: it counts small groups as well, down to one contractor.';
REVOKE ALL ON FUNCTION growth_v1.pattern_uptake(TEXT, INTERVAL, TIMESTAMPTZ), growth_v1.wilson(BIGINT, BIGINT) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION growth_v1.pattern_uptake(TEXT, INTERVAL, TIMESTAMPTZ), growth_v1.wilson(BIGINT, BIGINT) TO growth_operator;
GRANT SELECT ON growth_v1.listed_of_patterns TO growth_operator;
