-- In a shadow: from which to which of live's offsets it was fed, by a replay of how many workers, whether that is done, and whose votes it learnt from.
SELECT p.topic, p.partition, p.begins, c.until, r.workers, r.finished_at IS NOT NULL AS finished, r.own_votes
FROM replay.runs r
CROSS JOIN replay.partitions p
JOIN replay.cuts c ON c.place = p.place AND c.step = (SELECT max(step) FROM replay.cuts)
ORDER BY p.topic, p.partition;
