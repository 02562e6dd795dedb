-- $1 timestamptz, $2 bigint  voters who say something else by then, at most so many, with all their votes. One row a vote; a voter
-- without any has one all the same. OFFSET 0: each voter's votes are looked up, never all of them read.
SELECT d.pattern_key, d.voter, d.xid::text::bigint AS mark, v.goal_uuid IS NOT NULL AS voted, coalesce(v.outcome, 'open') AS outcome,
	coalesce(v.goal_created_at, 'epoch') AS goal_created_at, coalesce(v.occurred_at, 'epoch') AS occurred_at,
	v.satisfaction, v.revenue_impact
FROM (
	SELECT * FROM due_voters WHERE due_at <= $1 ORDER BY due_at LIMIT $2
) d
LEFT JOIN LATERAL (
	SELECT v.* FROM pattern_votes v WHERE v.pattern_key = d.pattern_key AND v.voter = d.voter OFFSET 0
) v ON true
ORDER BY d.pattern_key COLLATE "C", d.voter;
