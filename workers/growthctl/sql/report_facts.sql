-- What a report tells beside the patterns: one JSON text. Counts of contractors are of those whose business is not over.
SELECT jsonb_build_object(
	'history', (SELECT jsonb_build_object('from', least(o.first, a.first), 'to', greatest(o.last, a.last))
		FROM (SELECT min(occurred_at) AS first, max(heard_until) AS last FROM contractor_observations) o,
			(SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM contractor_actions) a),
	'tiers', (SELECT coalesce(jsonb_object_agg(n.revenue_tier, n.contractors), '{}') FROM (
		SELECT revenue_tier, count(*) AS contractors FROM contractors
		WHERE status IS NULL OR status NOT IN ('closed', 'deleted') GROUP BY revenue_tier) AS n),
	'contractors', (SELECT count(*) FROM contractors),
	'goals', (SELECT jsonb_build_object('made', count(*), 'completed', count(*) FILTER (WHERE status = 'completed'),
			'abandoned', count(*) FILTER (WHERE status = 'abandoned'))
		FROM ai_concierge_goals WHERE pattern_id IS NOT NULL),
	'removed', (SELECT coalesce(jsonb_agg(jsonb_build_object('pattern_name', pattern_name, 'status_reason', status_reason)
			ORDER BY pattern_key), '[]')
		FROM business_growth_patterns WHERE status = 'removed'))::text AS json;
