-- In a shadow: up to which of live's offsets it was fed, and whether the replay is done.
SELECT p.topic, p.partition, c.until,
	EXISTS (SELECT FROM replay.runs r WHERE r.finished_at IS NOT NULL) AS finished
FROM replay.partitions p
JOIN replay.cuts c ON c.place = p.place AND c.step = (SELECT max(step) FROM replay.cuts)
ORDER BY p.topic, p.partition;
