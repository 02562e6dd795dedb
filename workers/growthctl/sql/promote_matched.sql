-- $1 int[]  contractors: what each is told as contractor.matched, with the versions that patterns have by now.
SELECT c.id AS contractor_id, c.kafka_partition AS partition, m.occurred_at,
	(m.message || jsonb_build_object('matches', coalesce((
		SELECT jsonb_agg(e.match || jsonb_build_object('pattern_version', coalesce(p.version, (e.match ->> 'pattern_version')::bigint))
			ORDER BY e.place)
		FROM jsonb_array_elements(m.message -> 'matches') WITH ORDINALITY AS e (match, place)
		LEFT JOIN public.business_growth_patterns p ON p.pattern_key = e.match ->> 'pattern_key'), '[]')))::text AS message
FROM unnest($1::int[]) AS wanted (contractor_id)
JOIN public.contractors c ON c.id = wanted.contractor_id
JOIN goal_enricher.matched_contractors m ON m.contractor_id = wanted.contractor_id AND m.message IS NOT NULL
ORDER BY c.kafka_partition, c.id;
