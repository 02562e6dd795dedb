-- The last contractor.matched of contractors that are locked.
UPDATE matched_contractors m
SET occurred_at = s.occurred_at, snapshot = s.snapshot, event_id = s.event_id, message = s.message
FROM unnest($1::int[], $2::timestamptz[], $3::bigint[], $4::text[], $5::jsonb[])
	AS s (contractor_id, occurred_at, snapshot, event_id, message)
WHERE m.contractor_id = s.contractor_id;
