-- $1 int[]  contractors not known yet
-- There is no row to lock, so one is put in its place until the batch ends: another instance that inserts the contractor
-- waits for this one. free_places takes it away again; nobody else ever sees it.
INSERT INTO contractors (id, revenue_tier, tier_entered_at, occurred_at, event_id, kafka_partition, created_at,
	updated_at)
SELECT u.id, '', 'epoch', 'epoch', '', -1, 'epoch', 'epoch'
FROM unnest($1::int[]) AS u (id)
ORDER BY u.id
ON CONFLICT (id) DO NOTHING;
