-- $1 int[]  contractors: what each is told as partner.recommended; as old as the younger of scores and profile.
SELECT c.id AS contractor_id, c.kafka_partition AS partition, greatest(c.occurred_at, s.occurred_at) AS occurred_at,
	jsonb_build_object('contractor_id', c.id, 'occurred_at', greatest(c.occurred_at, s.occurred_at),
		'partners', s.recommended)::text AS message
FROM unnest($1::int[]) AS wanted (contractor_id)
JOIN public.contractors c ON c.id = wanted.contractor_id
JOIN public.partner_scores s ON s.contractor_id = wanted.contractor_id AND s.recommended IS NOT NULL
ORDER BY c.kafka_partition, c.id;
