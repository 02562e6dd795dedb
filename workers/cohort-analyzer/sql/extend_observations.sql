-- Profiles, locked before, that were heard again.
UPDATE contractor_observations o
SET heard_until = n.heard_until
FROM unnest($1::int[], $2::timestamptz[], $3::text[], $4::timestamptz[])
	AS n (contractor_id, occurred_at, event_id, heard_until)
WHERE o.contractor_id = n.contractor_id AND o.occurred_at = n.occurred_at AND o.event_id = n.event_id;
