-- $1 int[]  contractors that are erased next: their marks go with them, their tiers are noted
WITH marks AS (
	DELETE FROM changed_contractors m WHERE m.contractor_id = ANY ($1::int[])
)
INSERT INTO erased_tiers AS e (tier, contractors)
SELECT o.revenue_tier, count(DISTINCT o.contractor_id)
FROM contractor_observations o
WHERE o.contractor_id = ANY ($1::int[])
GROUP BY o.revenue_tier
ORDER BY o.revenue_tier
ON CONFLICT (tier) DO UPDATE SET contractors = e.contractors + excluded.contractors, xid = excluded.xid;
