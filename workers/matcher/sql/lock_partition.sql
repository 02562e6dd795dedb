-- $1 int[], $2 text[], $3 int[], $4 int[]  a row for each tier: the partition of contractor.updated (the same in all), the tier,
-- the contractor to go on behind and how many (the same in all)
-- The next contractors of a sweep over these tiers, as lock_contractors gives them.
WITH next AS MATERIALIZED (
	SELECT c.id
	FROM unnest($1::int[], $2::text[], $3::int[], $4::int[]) AS wanted (partition, tier, after, most)
	CROSS JOIN LATERAL (
		SELECT c.id FROM contractors c
		WHERE c.kafka_partition = wanted.partition AND c.revenue_tier = wanted.tier AND c.id > wanted.after
		ORDER BY c.id
		LIMIT wanted.most
	) c
	ORDER BY c.id
	LIMIT ($4::int[])[1]
)
SELECT c.id, c.revenue_tier, c.team_size, c.team_band, c.current_stage, c.focus_areas, c.annual_revenue, c.status,
	c.tier_entered_at, c.occurred_at, c.event_id, c.kafka_partition, c.ctid AS place, c.xmin AS version
FROM next JOIN contractors c USING (id)
ORDER BY c.id
FOR NO KEY UPDATE OF c;
