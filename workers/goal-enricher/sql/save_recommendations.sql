-- $1 text[], $2 int[], $3 text[], $4 text[], $5 timestamptz[]  what goals that are saved recommend: pattern, contractor, kind and
-- item, when. It stays when the goal lists something else later.
INSERT INTO recommendations AS r (contractor_id, pattern_id, item_type, item, first_at)
SELECT s.contractor_id, p.id, s.item_type, s.item, min(s.time)
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
	AS s (pattern_key, contractor_id, item_type, item, time)
JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
GROUP BY s.contractor_id, p.id, s.item_type, s.item
ORDER BY s.contractor_id, p.id, s.item_type, s.item
ON CONFLICT (contractor_id, pattern_id, item_type, item) DO UPDATE SET first_at = excluded.first_at
	WHERE excluded.first_at < r.first_at;
