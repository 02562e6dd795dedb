-- $1 the contractor; all that is known, as one JSON text
SELECT (to_jsonb(c) - 'id' - 'event_id' - 'kafka_partition' - 'created_at' - 'updated_at' || jsonb_build_object(
	'contractor_id', c.id,
	'matches', (SELECT coalesce(jsonb_agg(to_jsonb(m) - 'contractor_id'), '[]') FROM growth_v1.find_matching_patterns($1) m),
	'goals', (SELECT coalesce(jsonb_agg(to_jsonb(g) - 'contractor_id'), '[]') FROM growth_v1.contractor_goals($1) g),
	'partners', (SELECT coalesce(jsonb_agg(p), '[]') FROM growth_v1.partner_recommendations($1) p),
	'content', (SELECT coalesce(jsonb_agg(i), '[]') FROM growth_v1.content_recommendations($1) i)))::text AS json
FROM contractors c
WHERE c.id = $1;
