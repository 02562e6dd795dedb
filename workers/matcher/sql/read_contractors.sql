-- $1 int[]  contractors
-- A row for each one known, not locked: whoever writes what follows from it changes the row, if it is still of this version.
SELECT c.id, c.revenue_tier, c.team_size, c.team_band, c.current_stage, c.focus_areas, c.annual_revenue, c.status,
	c.tier_entered_at, c.occurred_at, c.event_id, c.kafka_partition, c.ctid AS place, c.xmin AS version
FROM contractors c
WHERE c.id = ANY ($1::int[]);
