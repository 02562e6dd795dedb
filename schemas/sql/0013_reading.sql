-- The read interface, version 1: schemas/README.md has its contract. growth_reader may use this schema and nothing else. Views read
-- with their owner's rights, functions are SECURITY DEFINER. Nothing here is written but by `growthctl migrate`.

CREATE SCHEMA growth_v1;

-- What `growthctl migrate` brings from the configuration: sentences with {places} to be filled in, the ladder with its labels.
CREATE TABLE growth_v1.wording (
	key TEXT PRIMARY KEY,
	template TEXT NOT NULL
);
CREATE TABLE growth_v1.tiers (
	name TEXT PRIMARY KEY,
	rank INTEGER NOT NULL, -- 0 is the lowest
	label TEXT NOT NULL
);

-- ---- views ----

-- Numbers of a removed pattern are nobody's business any more: nothing that a reader asks sees them before they are left out.
CREATE VIEW growth_v1.growth_patterns WITH (security_barrier) AS
SELECT id, from_revenue_tier, to_revenue_tier, pattern_name, pattern_description, pattern_type,
	common_focus_areas, common_partners, common_milestones, common_books, common_podcasts, common_events,
	avg_time_to_level_up_months, median_time_to_level_up_months, fastest_time_months, success_indicators,
	sample_size, confidence_score, last_recalculated_at, created_at, updated_at,
	pattern_key, version, status, status_reason, as_of, at_risk, expected_success, consistency, outcome_voters,
	timeline, team_median, stages, held_out, shape_version
FROM public.business_growth_patterns
WHERE status <> 'removed';

-- The lists of a pattern, a row for each item; for functions, that ask for few patterns.
CREATE VIEW growth_v1.listed_of_patterns AS
SELECT p.id AS pattern_id, p.pattern_key, p.from_revenue_tier, p.to_revenue_tier, list.kind, i.place::int AS place, i.item,
	coalesce(i.name, upper(left(i.item, 1)) || replace(substr(i.item, 2), '_', ' ')) AS name,
	i.grade, i.users, i.usage_rate, i.at_least, i.usage_low, i.usage_high, i.control_rate,
	i.lift, i.lift_low, i.lift_high, i.q_value, i.first_share, i.median_adoption_months,
	i.avg_satisfaction, i.raters, i.shrunk_satisfaction
FROM public.business_growth_patterns p
CROSS JOIN LATERAL (VALUES
	('focus_area', p.common_focus_areas), ('partner', p.common_partners), ('milestone', p.common_milestones),
	('book', p.common_books), ('podcast', p.common_podcasts), ('event', p.common_events)) AS list (kind, items)
CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(list.items) AS (
	item TEXT, name TEXT, grade TEXT, users INTEGER, usage_rate DOUBLE PRECISION, at_least BOOLEAN,
	usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION, control_rate DOUBLE PRECISION,
	lift DOUBLE PRECISION, lift_low DOUBLE PRECISION, lift_high DOUBLE PRECISION, q_value DOUBLE PRECISION,
	first_share DOUBLE PRECISION, median_adoption_months DOUBLE PRECISION, avg_satisfaction DOUBLE PRECISION,
	raters INTEGER, shrunk_satisfaction DOUBLE PRECISION)) WITH ORDINALITY
	AS i (item, name, grade, users, usage_rate, at_least, usage_low, usage_high, control_rate, lift, lift_low,
		lift_high, q_value, first_share, median_adoption_months, avg_satisfaction, raters,
		shrunk_satisfaction, place)
WHERE p.status <> 'removed';

CREATE VIEW growth_v1.growth_pattern_items WITH (security_barrier) AS
SELECT pattern_id, pattern_key, from_revenue_tier, to_revenue_tier, kind, place, item, name, grade, users, usage_rate,
	at_least, usage_low, usage_high, control_rate, lift, lift_low, lift_high, q_value, first_share,
	median_adoption_months, avg_satisfaction, raters, shrunk_satisfaction
FROM growth_v1.listed_of_patterns;

CREATE VIEW growth_v1.contractor_matches AS
SELECT m.contractor_id, m.match_rank, p.pattern_key, p.pattern_name, p.pattern_type, p.from_revenue_tier,
	p.to_revenue_tier, m.match_score, m.tier_score, m.focus_score, m.team_score, m.stage_score, m.match_reason,
	p.status AS pattern_status,
	CASE WHEN p.status <> 'removed' THEN p.sample_size END AS sample_size,
	CASE WHEN p.status <> 'removed' THEN p.confidence_score END AS confidence_score,
	m.pattern_result, m.goals_generated, m.checklist_items_generated, m.pattern_version, m.pattern_applied_at
FROM public.contractor_pattern_matches m
JOIN public.business_growth_patterns p ON p.id = m.pattern_id;

CREATE VIEW growth_v1.contractor_checklist AS
SELECT i.contractor_id, g.goal_uuid AS goal_id, i.position, i.checklist_item, i.item_type, i.item, i.usage_rate,
	i.status, i.trigger_condition, i.executed_at, i.completed_at
FROM public.ai_concierge_checklist_items i
JOIN public.ai_concierge_goals g ON g.id = i.goal_id;

-- What an open goal's pattern has become since it was told is said here: withdrawn, it goes to the end (upstream's own priority stays).
CREATE VIEW growth_v1.contractor_goals AS
SELECT g.contractor_id, g.goal_uuid AS goal_id, g.goal_type, g.goal_description, g.target_milestone,
	CASE WHEN now_is.lost AND NOT g.upstream THEN 1 ELSE g.priority_score END AS priority_score,
	g.match_score, g.status, g.current_progress, g.next_milestone, g.success_criteria,
	coalesce(CASE WHEN now_is.lost THEN replace((SELECT w.template FROM growth_v1.wording w
		WHERE w.key = 'goal_source_withdrawn'), '{source}', g.pattern_source) END, g.pattern_source) AS pattern_source,
	g.pattern_confidence, p.pattern_key, g.pattern_version,
	CASE WHEN now_is.open THEN p.status ELSE g.pattern_status END AS pattern_status,
	g.data_gaps, g.trigger_condition, g.expected_months_low, g.expected_months_high, g.timeline,
	(SELECT coalesce(jsonb_agg(jsonb_build_object('checklist_item', i.checklist_item, 'item_type', i.item_type,
			'item', i.item, 'usage_rate', i.usage_rate, 'status', i.status) ORDER BY i.position), '[]')
		FROM public.ai_concierge_checklist_items i WHERE i.goal_id = g.id) AS checklist,
	g.upstream, g.last_action_at, g.created_at, g.updated_at, g.completed_at
FROM public.ai_concierge_goals g
LEFT JOIN public.business_growth_patterns p ON p.id = g.pattern_id
CROSS JOIN LATERAL (SELECT g.status IN ('active', 'blocked') AS open,
	g.status IN ('active', 'blocked') AND p.status IS NOT DISTINCT FROM 'removed' AS lost) AS now_is;

-- ---- what the functions are made of; not for readers ----

-- fill('{rate} read {item}', 'rate', '73%', 'item', 'Traction'): one after the other, so what others have named comes last.
CREATE FUNCTION growth_v1.fill(template TEXT, VARIADIC fillings TEXT[]) RETURNS TEXT
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	sentence TEXT := template;
BEGIN
	FOR i IN 1 .. cardinality(fillings) BY 2 LOOP
		sentence := replace(sentence, '{' || fillings[i] || '}', coalesce(fillings[i + 1], ''));
	END LOOP;
	RETURN sentence;
END
$$;

-- "89%", "at least 89%"; texts as in words
CREATE FUNCTION growth_v1.rate_text(texts JSONB, share DOUBLE PRECISION, at_least BOOLEAN) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN growth_v1.fill(CASE WHEN at_least THEN texts ->> 'at_least' ELSE '{rate}' END,
	'rate', growth_v1.fill(texts ->> 'percent', 'percent', floor(100 * share + 0.5)::int::text));

-- How well an item is supported: 0 (by grade A or B), 1 (a hint), 2 (common, untested); and what is put behind a sentence about it.
CREATE FUNCTION growth_v1.rank_of_grade(grade TEXT) RETURNS INTEGER
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN grade IN ('A', 'B') THEN 0 WHEN grade = 'C' THEN 1 ELSE 2 END;

CREATE FUNCTION growth_v1.marker(texts JSONB, grade_rank INTEGER) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE grade_rank WHEN 0 THEN '' WHEN 1 THEN texts ->> 'hint' ELSE texts ->> 'common' END;

-- What the patterns of a contractor list of these kinds, each item once, with the numbers of the pattern of his own tier that says most
-- for it: the better supported one, then the larger boost, then the better match. boost is the largest of all his matches, as
-- best_partner_boost() in common/domain/boost.c has it. Of a kind, only the best supported items that are left to be done are there
-- (A and B, else C, else D), and of the others those that are done.
CREATE FUNCTION growth_v1.listed_items(contractor_id INTEGER, kinds TEXT[])
RETURNS TABLE (kind TEXT, item TEXT, name TEXT, pattern_key TEXT, from_revenue_tier TEXT, to_revenue_tier TEXT,
	usage_rate DOUBLE PRECISION, at_least BOOLEAN, usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION,
	avg_satisfaction DOUBLE PRECISION, raters INTEGER, shrunk_satisfaction DOUBLE PRECISION, users INTEGER,
	lift DOUBLE PRECISION, lift_low DOUBLE PRECISION, lift_high DOUBLE PRECISION, grade TEXT,
	grade_rank INTEGER, boost DOUBLE PRECISION, done BOOLEAN)
LANGUAGE sql STABLE ROWS 10
BEGIN ATOMIC
	WITH matched AS (
		SELECT m.pattern_id, m.match_rank, m.tier_score = 1 AS own_tier,
			m.score / nullif(max(m.score) OVER (), 0) AS ratio
		FROM public.contractor_pattern_matches m
		WHERE m.contractor_id = listed_items.contractor_id AND m.match_rank IS NOT NULL
	), listed AS (
		SELECT i.*, matched.own_tier, matched.match_rank,
			growth_v1.rank_of_grade(i.grade) AS grade_rank,
			0.15 * least(1, i.usage_rate / 0.89) * matched.ratio
				* coalesce(greatest(0, least(1, (i.shrunk_satisfaction - 2.5) / 1.5)), 1) AS boost
		FROM matched
		JOIN growth_v1.listed_of_patterns i ON i.pattern_id = matched.pattern_id
		WHERE i.kind = ANY (listed_items.kinds)
	), once AS (
		SELECT DISTINCT ON (l.kind, l.item) l.*,
			max(l.boost) OVER (PARTITION BY l.kind, l.item) AS best_boost, d.item IS NOT NULL AS done
		FROM listed l
		LEFT JOIN goal_enricher.done_actions d ON d.contractor_id = listed_items.contractor_id
			AND d.item_type = l.kind AND d.item = l.item
		ORDER BY l.kind, l.item, l.own_tier DESC, l.grade_rank, l.boost DESC, l.match_rank
	), judged AS (
		SELECT o.*, min(o.grade_rank) FILTER (WHERE NOT o.done) OVER (PARTITION BY o.kind) AS best_left
		FROM once o
		WHERE o.own_tier
	)
	SELECT j.kind, j.item, j.name, j.pattern_key, j.from_revenue_tier, j.to_revenue_tier, j.usage_rate, j.at_least,
		j.usage_low, j.usage_high, j.avg_satisfaction, j.raters, j.shrunk_satisfaction, j.users, j.lift, j.lift_low,
		j.lift_high, j.grade, j.grade_rank, j.best_boost, j.done
	FROM judged j
	WHERE j.grade_rank <= coalesce(j.best_left, j.grade_rank);
END;

-- Everything that is said in words, looked up once a question.
CREATE VIEW growth_v1.words AS
WITH once AS MATERIALIZED (
	SELECT (SELECT coalesce(jsonb_object_agg(key, template), '{}') FROM growth_v1.wording) AS texts,
		(SELECT coalesce(jsonb_object_agg(name, label), '{}') FROM growth_v1.tiers) AS labels
)
SELECT texts, labels FROM once;

-- Whole months, outwards, each at least 1, as range_of() in common/domain/timeline.c has it.
CREATE FUNCTION growth_v1.whole_months(from_month DOUBLE PRECISION, middle DOUBLE PRECISION, to_month DOUBLE PRECISION)
RETURNS TABLE (low DOUBLE PRECISION, median DOUBLE PRECISION, high DOUBLE PRECISION)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT l.low, least(greatest(l.low, floor(middle + 0.5 + 1e-9)), h.high), h.high
	FROM (SELECT greatest(1, floor(from_month + 1e-9)) AS low) AS l
	CROSS JOIN LATERAL (SELECT greatest(l.low, ceil(to_month - 1e-9)) AS high) AS h;
END;

-- time_left_in_tier() of common/domain/timeline.h. kind: predicted, longer_than_observed, not_enough_data.
CREATE FUNCTION growth_v1.time_left(timeline JSONB, months DOUBLE PRECISION)
RETURNS TABLE (kind TEXT, low DOUBLE PRECISION, median DOUBLE PRECISION, high DOUBLE PRECISION,
	p_by_horizon DOUBLE PRECISION, horizon DOUBLE PRECISION)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT told.kind, m.low, m.median, m.high, told.p_by_horizon,
		CASE WHEN told.p_by_horizon IS NOT NULL THEN told.horizon END
	FROM (SELECT CASE WHEN whole.low IS NULL OR whole.median IS NULL OR whole.high IS NULL THEN 'not_enough_data'
				WHEN e.high IS NULL OR time_left.months >= whole.horizon THEN 'longer_than_observed'
				ELSE 'predicted' END AS kind,
			e.low, e.median, e.high, left_over.horizon,
			CASE WHEN left_over.horizon >= 1 THEN e.p_by_horizon END AS p_by_horizon
		FROM jsonb_to_record(time_left.timeline) AS whole (low DOUBLE PRECISION, median DOUBLE PRECISION,
			high DOUBLE PRECISION, horizon DOUBLE PRECISION)
		CROSS JOIN LATERAL (SELECT floor(whole.horizon - time_left.months + 1e-9) AS horizon) AS left_over
		LEFT JOIN LATERAL (
			-- the last entry that he has reached, or the first behind it whose range he has not outlasted
			SELECT entry.*
			FROM (SELECT l.*, lead(l.months) OVER (ORDER BY l.months) AS next
				FROM jsonb_to_recordset(jsonb_build_array(time_left.timeline || '{"months": 0}')
						|| coalesce(time_left.timeline -> 'later', '[]'))
					AS l (months DOUBLE PRECISION, low DOUBLE PRECISION, median DOUBLE PRECISION,
						high DOUBLE PRECISION, p_by_horizon DOUBLE PRECISION)) AS entry
			WHERE entry.high > time_left.months AND (entry.next > time_left.months) IS NOT FALSE
			ORDER BY entry.months
			LIMIT 1
		) AS e ON true) AS told
	LEFT JOIN LATERAL growth_v1.whole_months(told.low - time_left.months, told.median - time_left.months,
		told.high - time_left.months) AS m ON told.kind = 'predicted';
END;

-- ---- functions ----

-- In plpgsql, because it keeps its plans: they are made at a connection's first call, for any contractor. To plan takes longer than
-- to answer.

CREATE FUNCTION growth_v1.find_matching_patterns(contractor_id INTEGER) RETURNS SETOF growth_v1.contractor_matches
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 3 SET search_path = pg_catalog, pg_temp
	SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT m.*
	FROM growth_v1.contractor_matches m
	WHERE m.contractor_id = find_matching_patterns.contractor_id AND m.match_rank IS NOT NULL
		AND m.pattern_status <> 'removed'
	ORDER BY m.match_rank;
END
$$;

CREATE FUNCTION growth_v1.contractor_goals(contractor_id INTEGER) RETURNS SETOF growth_v1.contractor_goals
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
	SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT g.*
	FROM growth_v1.contractor_goals g
	WHERE g.contractor_id = contractor_goals.contractor_id
	ORDER BY g.status IN ('active', 'blocked') DESC, g.priority_score DESC NULLS LAST,
		g.match_score DESC NULLS LAST, g.goal_id;
END
$$;

CREATE FUNCTION growth_v1.partner_recommendations(contractor_id INTEGER)
RETURNS TABLE (partner_id TEXT, partner_name TEXT, usage_rate DOUBLE PRECISION, at_least BOOLEAN,
	usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION, avg_satisfaction DOUBLE PRECISION, raters INTEGER,
	effectiveness DOUBLE PRECISION, effectiveness_low DOUBLE PRECISION, effectiveness_high DOUBLE PRECISION,
	grade TEXT, boost DOUBLE PRECISION, already_used BOOLEAN, pattern_key TEXT, sentence TEXT, like_you TEXT)
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
		growth_v1.fill(w.texts ->> 'partner_like_you', 'partner', i.name)
	FROM growth_v1.words w
	CROSS JOIN growth_v1.listed_items(partner_recommendations.contractor_id, '{partner}') i
	ORDER BY i.done, i.grade_rank, i.boost DESC, i.shrunk_satisfaction DESC NULLS LAST, i.users DESC, i.item;
END
$$;

CREATE FUNCTION growth_v1.content_recommendations(contractor_id INTEGER)
RETURNS TABLE (kind TEXT, item TEXT, name TEXT, usage_rate DOUBLE PRECISION, at_least BOOLEAN,
	usage_low DOUBLE PRECISION, usage_high DOUBLE PRECISION,
	effectiveness DOUBLE PRECISION, effectiveness_low DOUBLE PRECISION, effectiveness_high DOUBLE PRECISION,
	grade TEXT, pattern_key TEXT, sentence TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
	SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.kind, i.item, i.name, i.usage_rate, i.at_least, i.usage_low, i.usage_high, i.lift, i.lift_low, i.lift_high,
		i.grade, i.pattern_key,
		growth_v1.fill(w.texts ->> (i.kind || '_sentence'),
			'rate', growth_v1.rate_text(w.texts, i.usage_rate, i.at_least),
			'from', coalesce(w.labels ->> i.from_revenue_tier, i.from_revenue_tier),
			'to', coalesce(w.labels ->> i.to_revenue_tier, i.to_revenue_tier),
			'item', i.name) || growth_v1.marker(w.texts, i.grade_rank)
	FROM growth_v1.words w
	CROSS JOIN growth_v1.listed_items(content_recommendations.contractor_id, '{book,podcast,event}') i
	WHERE NOT i.done
	ORDER BY i.grade_rank, i.grade, i.usage_rate DESC, i.kind, i.item;
END
$$;

-- The legs are one a tier: his own by the best of his matches that has a timeline, the others, and his own when he has none, by the
-- pattern of the whole cohort. They are put together as by time_through_tiers() of common/domain/timeline.h.
CREATE FUNCTION growth_v1.predict_time_to_milestone(contractor_id INTEGER, target_tier TEXT, as_of TIMESTAMPTZ DEFAULT now())
RETURNS TABLE (status TEXT, months_low INTEGER, months_median INTEGER, months_high INTEGER, p_by_horizon DOUBLE PRECISION,
	horizon_months INTEGER, basis TEXT, sample_size INTEGER, months_in_tier DOUBLE PRECISION, legs JSONB, sentence TEXT)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
	SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH way AS (
		SELECT c.id, own.rank AS own_rank, target.rank AS target_rank,
			target.label AS target_label, coalesce(own.label, c.revenue_tier) AS own_label,
			greatest(0, floor(extract(epoch FROM predict_time_to_milestone.as_of - c.tier_entered_at) / 86400)::float8)
				/ 30.4375 AS months
		FROM public.contractors c
		LEFT JOIN growth_v1.tiers own ON own.name = c.revenue_tier
		LEFT JOIN growth_v1.tiers target ON target.name = predict_time_to_milestone.target_tier
		WHERE c.id = predict_time_to_milestone.contractor_id
	), leg AS (
		SELECT step.rank, step.name AS from_tier, upper.name AS to_tier, p.pattern_key, p.sample_size,
			p.timeline ->> 'basis' AS basis, t.*,
			ln(t.high / t.low) / (2 * 1.036433) AS sigma
		FROM way
		JOIN growth_v1.tiers step ON step.rank >= way.own_rank AND step.rank < way.target_rank
		JOIN growth_v1.tiers upper ON upper.rank = step.rank + 1
		LEFT JOIN LATERAL (
			SELECT p.pattern_key, p.sample_size, p.timeline
			FROM public.business_growth_patterns p
			LEFT JOIN public.contractor_pattern_matches m ON m.contractor_id = way.id AND m.pattern_id = p.id
				AND m.match_rank IS NOT NULL AND m.tier_score = 1
			WHERE p.from_revenue_tier = step.name AND p.to_revenue_tier = upper.name AND p.status <> 'removed'
				AND (m.id IS NOT NULL OR p.pattern_type = 'revenue_growth')
			ORDER BY p.timeline ->> 'low' IS NULL, m.match_rank NULLS LAST
			LIMIT 1
		) p ON true
		CROSS JOIN LATERAL growth_v1.time_left(coalesce(p.timeline, '{}'), CASE WHEN step.rank = way.own_rank THEN way.months ELSE 0 END) t
	), sums AS (
		SELECT count(*) = 1 AS single, bool_or(l.kind = 'not_enough_data') AS unknown,
			bool_or(l.kind = 'longer_than_observed') AS longer,
			min(l.low) AS low, min(l.median) AS median, max(l.high) AS high,
			sum(l.median * exp(l.sigma ^ 2 / 2)) AS mean,
			sum((l.median * exp(l.sigma ^ 2 / 2)) ^ 2 * (exp(l.sigma ^ 2) - 1)) AS variance,
			bool_and(l.p_by_horizon IS NOT NULL) AS share_known,
			-- their product
			CASE WHEN min(l.p_by_horizon) > 0 THEN exp(sum(ln(nullif(l.p_by_horizon, 0)))) ELSE 0 END AS share,
			sum(l.horizon) AS horizon,
			coalesce(min(l.basis) FILTER (WHERE l.basis = 'first_seen'), min(l.basis)) AS basis,
			min(l.sample_size) AS sample_size,
			jsonb_agg(jsonb_build_object('from_tier', l.from_tier, 'to_tier', l.to_tier,
				'pattern_key', l.pattern_key, 'sample_size', l.sample_size, 'basis', l.basis, 'low', l.low,
				'median', l.median, 'high', l.high, 'p_by_horizon', l.p_by_horizon, 'horizon', l.horizon)
				ORDER BY l.rank) AS legs
		FROM leg l
	), answer AS (
		SELECT way.months, way.own_label, way.target_label, s.sample_size, s.basis, s.legs, s.low, s.median, s.high, s.single,
			s.mean, s.variance,
			CASE WHEN s.share_known THEN round(s.share::numeric, 4)::float8 END AS share,
			CASE WHEN s.share_known THEN s.horizon END AS horizon,
			CASE WHEN way.target_rank IS NULL THEN 'unknown_tier'
				WHEN way.own_rank >= way.target_rank THEN 'reached'
				WHEN s.unknown IS NOT FALSE THEN 'not_enough_data'
				WHEN s.longer THEN 'longer_than_observed'
				ELSE 'predicted' END AS status
		FROM way CROSS JOIN sums s
	), predicted AS (
		SELECT a.*, m.low AS from_month, m.median AS middle, m.high AS to_month
		FROM answer a
		CROSS JOIN LATERAL (SELECT ln(1 + a.variance / a.mean ^ 2) AS spread) AS v
		CROSS JOIN LATERAL (SELECT ln(a.mean) - v.spread / 2 AS mu, 1.036433 * sqrt(v.spread) AS half) AS n
		LEFT JOIN LATERAL growth_v1.whole_months(CASE WHEN a.single THEN a.low ELSE exp(n.mu - n.half) END,
			CASE WHEN a.single THEN a.median ELSE exp(n.mu) END,
			CASE WHEN a.single THEN a.high ELSE exp(n.mu + n.half) END) AS m ON a.status = 'predicted'
	)
	SELECT p.status, p.from_month::int, p.middle::int, p.to_month::int,
		CASE WHEN p.status = 'predicted' THEN p.share END, CASE WHEN p.status = 'predicted' THEN p.horizon::int END,
		p.basis, p.sample_size, p.months, p.legs,
		CASE p.status
		WHEN 'reached' THEN growth_v1.fill(w.texts ->> 'timeline_reached', 'to', p.target_label)
		WHEN 'not_enough_data' THEN growth_v1.fill(w.texts ->> 'timeline_none', 'to', p.target_label)
		WHEN 'longer_than_observed' THEN growth_v1.fill(w.texts ->> CASE WHEN p.months < 2 AND p.months >= 1 THEN 'timeline_longer_one' ELSE 'timeline_longer' END,
			'spent', floor(p.months)::text, 'from', p.own_label, 'to', p.target_label)
		WHEN 'predicted' THEN growth_v1.fill(w.texts ->> ('timeline_' || CASE WHEN p.from_month < p.to_month THEN 'range'
					WHEN p.to_month = 1 THEN 'one' ELSE 'same' END || CASE WHEN p.months >= 1 THEN '_more' ELSE '' END),
				'spent', floor(p.months)::text, 'low', p.from_month::text, 'high', p.to_month::text, 'to', p.target_label)
			|| CASE WHEN p.basis = 'first_seen' THEN w.texts ->> 'timeline_first_seen' ELSE '' END
			|| CASE WHEN p.share < 0.8 THEN growth_v1.fill(w.texts ->> ('timeline_share'
					|| CASE WHEN p.horizon = 1 THEN '_one' ELSE '' END || CASE WHEN p.months >= 1 THEN '_more' ELSE '' END),
				'spent', floor(p.months)::text, 'share', growth_v1.rate_text(w.texts, p.share, false),
				'months', p.horizon::text) ELSE '' END
		END
	FROM predicted p CROSS JOIN growth_v1.words w;
END
$$;

-- ---- rights ----

-- Who only reads reads here: what 0005 gave besides is taken back.
DO $$
DECLARE
	worker TEXT;
BEGIN
	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('REVOKE ALL ON SCHEMA %I FROM growth_reader', worker);
	END LOOP;
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM growth_reader;
REVOKE ALL ON SCHEMA public FROM growth_reader;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA growth_v1 FROM PUBLIC;
GRANT USAGE ON SCHEMA growth_v1 TO growth_reader, growth_operator;
GRANT SELECT ON growth_v1.wording, growth_v1.tiers, growth_v1.growth_patterns, growth_v1.growth_pattern_items,
	growth_v1.contractor_matches, growth_v1.contractor_goals, growth_v1.contractor_checklist
	TO growth_reader, growth_operator;
GRANT EXECUTE ON FUNCTION growth_v1.find_matching_patterns(INTEGER), growth_v1.contractor_goals(INTEGER),
	growth_v1.partner_recommendations(INTEGER), growth_v1.content_recommendations(INTEGER),
	growth_v1.predict_time_to_milestone(INTEGER, TEXT, TIMESTAMPTZ)
	TO growth_reader, growth_operator;
