-- The first time of each action, of contractors that are locked; none twice.
-- Returns the contractors for whom something is new.
WITH saved AS (
	INSERT INTO done_actions AS d (contractor_id, item_type, item, first_at)
	SELECT s.contractor_id, s.item_type, s.item, s.first_at
	FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
		AS s (contractor_id, item_type, item, first_at)
	ON CONFLICT (contractor_id, item_type, item) DO UPDATE SET first_at = excluded.first_at
		WHERE excluded.first_at < d.first_at
	RETURNING d.contractor_id
)
SELECT DISTINCT s.contractor_id FROM saved s ORDER BY s.contractor_id;
