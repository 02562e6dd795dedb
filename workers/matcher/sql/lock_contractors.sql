-- $1 int[]  contractors
-- A row for each one known, locked until the batch ends: what belongs to a contractor (his matches, his partner scores)
-- changes under this lock alone. Foreign keys of other workers' rows do not wait for it.
SELECT c.id, c.revenue_tier, c.team_size, c.team_band, c.current_stage, c.focus_areas, c.annual_revenue, c.status,
	c.tier_entered_at, c.occurred_at, c.event_id, c.kafka_partition, c.ctid AS place, c.xmin AS version
FROM contractors c
WHERE c.id = ANY ($1::int[])
ORDER BY c.id
FOR NO KEY UPDATE;
