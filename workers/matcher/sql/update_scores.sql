UPDATE partner_scores t
SET occurred_at = s.occurred_at, event_id = s.event_id, partners = s.partners, recommended = s.recommended
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::jsonb[], $5::jsonb[])
	AS s (contractor_id, occurred_at, event_id, partners, recommended)
WHERE t.contractor_id = s.contractor_id;
