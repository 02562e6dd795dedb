-- $1 int[]  contractors, those who have a row
-- Two instances take turns at a contractor, always in ascending order. What the lock waited for is seen by the
-- statements after this one.
SELECT m.contractor_id, c.id IS NOT NULL AS "exists", m.occurred_at, m.snapshot, m.event_id
FROM matched_contractors m
LEFT JOIN contractors c ON c.id = m.contractor_id
WHERE m.contractor_id = ANY ($1::int[])
ORDER BY m.contractor_id
FOR UPDATE OF m;
