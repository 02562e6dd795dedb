-- All that is published of each pattern but its version (pattern.recalculated's schema), and the version.
SELECT p.pattern_key, p.version, p.status,
	(jsonb_strip_nulls(to_jsonb(p) - '{id,version,inputs,confidence,confidence_score,last_recalculated_at,created_at,updated_at}'::text[])
	 || jsonb_build_object('confidence_score', p.confidence))::text AS content
FROM business_growth_patterns p
ORDER BY p.pattern_key COLLATE "C";
