-- $1 int, $2 int, $3 int  partition of contractor.updated, the contractor to go on behind, how many
-- The next contractors of a sweep, as lock_contractors gives them.
SELECT c.id, c.revenue_tier, c.team_size, c.team_band, c.current_stage, c.focus_areas, c.annual_revenue, c.status,
	c.tier_entered_at, c.occurred_at, c.event_id, c.kafka_partition
FROM contractors c
WHERE c.kafka_partition = $1 AND c.id > $2
ORDER BY c.id
LIMIT $3
FOR NO KEY UPDATE;
