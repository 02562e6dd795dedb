-- $1 text[], $2 int[], $3 text[], $4 text[], $5 timestamptz[]  what goals that are saved recommend: pattern, contractor, kind and
-- item, when; by contractor, none twice. It stays when the goal lists something else later. What is known already is most of it, and is not
-- even locked.
MERGE INTO recommendations r
USING (
	SELECT s.contractor_id, p.id AS pattern_id, s.item_type, s.item, s.time
	FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
		AS s (pattern_key, contractor_id, item_type, item, time)
	JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
) AS n
ON r.contractor_id = n.contractor_id AND r.pattern_id = n.pattern_id AND r.item_type = n.item_type AND r.item = n.item
WHEN MATCHED AND n.time < r.first_at THEN UPDATE SET first_at = n.time
WHEN NOT MATCHED THEN INSERT (contractor_id, pattern_id, item_type, item, first_at)
VALUES (n.contractor_id, n.pattern_id, n.item_type, n.item, n.time);
