-- $1 text[], $2 text[], $3 timestamptz[]  transitions, the tier that each starts from, until when changes count (NULL: not)
-- $4 timestamptz[]  published numbers with somebody in them who was erased before this are overdue
-- What is known of each, and how many contractors have changed since it was last calculated who were ever in that tier.
WITH ladder AS (
	SELECT n.transition, n.tier, n.until, n.overdue_before, t.event_id, t.as_of, t.horizon, t.settings, t.at_risk, t.levelled_up, t.result
	FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS n (transition, tier, until, overdue_before)
	LEFT JOIN transitions t ON t.transition = n.transition
), changed AS (
	SELECT l.tier, count(DISTINCT m.contractor_id) AS contractors
	FROM changed_contractors m
	JOIN contractor_observations o ON o.contractor_id = m.contractor_id
	JOIN ladder l ON l.tier = o.revenue_tier
	WHERE EXISTS (SELECT FROM ladder WHERE as_of IS NOT NULL AND until IS NOT NULL) -- else nobody need be looked at
		AND m.matters_after < l.as_of AND m.latest <= l.until AND NOT l.tier = ANY (m.seen)
	GROUP BY l.tier
), published AS (
	SELECT split_part(p.pattern_key, '/', 1) AS transition, min(p.erased_since) AS erased_since
	FROM publications p
	JOIN business_growth_patterns b ON b.pattern_key = p.pattern_key
	WHERE b.status <> 'removed'
	GROUP BY 1
)
SELECT l.transition, l.event_id, l.as_of, l.horizon, l.settings, l.at_risk, l.levelled_up, l.result,
	coalesce(c.contractors, 0) + coalesce(e.contractors, 0) AS changed, e.erased_at,
	coalesce(p.erased_since < l.overdue_before, false) AS overdue
FROM ladder l
LEFT JOIN changed c ON c.tier = l.tier
LEFT JOIN published p ON p.transition = l.transition
LEFT JOIN erased_tiers e ON e.tier = l.tier;
