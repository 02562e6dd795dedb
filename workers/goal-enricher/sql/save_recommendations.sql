-- $1 text[], $2 int[], $3 text[], $4 text[], $5 timestamptz[]  what goals that are saved recommend: pattern, contractor, kind and
-- item, when. It stays when the goal lists something else later. What is known already is most of it, and is not even locked.
INSERT INTO recommendations AS r (contractor_id, pattern_id, item_type, item, first_at)
SELECT n.contractor_id, n.pattern_id, n.item_type, n.item, n.first_at
FROM (
	SELECT s.contractor_id, p.id AS pattern_id, s.item_type, s.item, min(s.time) AS first_at
	FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
		AS s (pattern_key, contractor_id, item_type, item, time)
	JOIN business_growth_patterns p ON p.pattern_key = s.pattern_key
	GROUP BY s.contractor_id, p.id, s.item_type, s.item
) AS n
WHERE NOT EXISTS (
	SELECT FROM recommendations known
	WHERE known.contractor_id = n.contractor_id AND known.pattern_id = n.pattern_id AND known.item_type = n.item_type
		AND known.item = n.item AND known.first_at <= n.first_at)
ORDER BY n.contractor_id, n.pattern_id, n.item_type, n.item
ON CONFLICT (contractor_id, pattern_id, item_type, item) DO UPDATE SET first_at = excluded.first_at
	WHERE excluded.first_at < r.first_at;
