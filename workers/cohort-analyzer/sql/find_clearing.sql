-- Marks that are to be cleared before the next recalculation.
SELECT c.event_id, c.snapshot::text AS snapshot, c.as_of, c.tier FROM clearings c ORDER BY c.event_id LIMIT 1;
