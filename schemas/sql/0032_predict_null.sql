-- A time of NULL is now, as one that is left out is: greatest() passes over NULL, and the answer was that of who has just come into his tier.
-- The function is as in 0013 otherwise.

-- The legs are one a tier: his own by the best of his matches that has a timeline, the others, and his own when he has none, by the
-- pattern of the whole cohort. They are put together as by time_through_tiers() of common/domain/timeline.h.
CREATE OR REPLACE FUNCTION growth_v1.predict_time_to_milestone(contractor_id INTEGER, target_tier TEXT, as_of TIMESTAMPTZ DEFAULT now())
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
			greatest(0, floor(extract(epoch FROM coalesce(predict_time_to_milestone.as_of, now()) - c.tier_entered_at)
				/ 86400)::float8) / 30.4375 AS months
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
