-- $1 int[]  contractors, whose rows or places are held before: nobody else changes these rows meanwhile
SELECT s.contractor_id, s.occurred_at, s.event_id, s.partners, s.recommended
FROM partner_scores s
WHERE s.contractor_id = ANY ($1::int[])
ORDER BY s.contractor_id;
