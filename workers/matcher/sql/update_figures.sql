-- update_contractors for those of whom nothing but numbers and the event are new, which is most: the other columns are neither sent
-- nor made again.
UPDATE contractors t
SET team_size = c.team_size,
	annual_revenue = c.annual_revenue,
	occurred_at = c.occurred_at,
	event_id = c.event_id,
	updated_at = c.occurred_at
FROM unnest($1::int[], $2::int[], $3::float8[], $4::timestamptz[], $5::text[], $6::tid[], $7::int[])
	AS c (id, team_size, annual_revenue, occurred_at, event_id, place, version)
WHERE t.ctid = c.place AND t.id = c.id AND t.xmin = c.version;
