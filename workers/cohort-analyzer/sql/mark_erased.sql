-- $1 int[], $2 timestamptz[]  contractors that are erased next, and when: their marks go with them, their tiers are noted
WITH erased AS (
	SELECT r.contractor_id, min(r.erased_at) AS erased_at
	FROM unnest($1::int[], $2::timestamptz[]) AS r (contractor_id, erased_at)
	GROUP BY r.contractor_id
), marks AS (
	DELETE FROM changed_contractors m WHERE m.contractor_id = ANY ($1::int[])
)
INSERT INTO erased_tiers AS e (tier, contractors, erased_at)
SELECT o.revenue_tier, count(DISTINCT o.contractor_id), min(r.erased_at)
FROM erased r
JOIN contractor_observations o ON o.contractor_id = r.contractor_id
GROUP BY o.revenue_tier
ORDER BY o.revenue_tier
ON CONFLICT (tier) DO UPDATE SET contractors = e.contractors + excluded.contractors, xid = excluded.xid,
	erased_at = least(e.erased_at, excluded.erased_at);
