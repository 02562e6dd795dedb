-- The first time of each action, of contractors that are locked; none twice. One that is known to be earlier is not even locked.
MERGE INTO done_actions d
USING unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[]) AS s (contractor_id, item_type, item, first_at)
ON d.contractor_id = s.contractor_id AND d.item_type = s.item_type AND d.item = s.item
WHEN MATCHED AND s.first_at < d.first_at THEN UPDATE SET first_at = s.first_at
WHEN NOT MATCHED THEN INSERT (contractor_id, item_type, item, first_at)
VALUES (s.contractor_id, s.item_type, s.item, s.first_at);
