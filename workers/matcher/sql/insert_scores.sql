INSERT INTO partner_scores (contractor_id, occurred_at, event_id, partners, recommended)
SELECT s.contractor_id, s.occurred_at, s.event_id, s.partners, s.recommended
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::jsonb[], $5::jsonb[])
	AS s (contractor_id, occurred_at, event_id, partners, recommended)
ORDER BY s.contractor_id;
