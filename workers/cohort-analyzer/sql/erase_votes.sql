-- $1 text[], $2 uuid[]  patterns and pseudonyms
-- Their share is taken out of the evidence at the next evaluation, and then nothing is left of them.
WITH erased AS (
	DELETE FROM pattern_votes v
	USING unnest($1::text[], $2::uuid[]) AS e (pattern_key, voter)
	WHERE v.pattern_key = e.pattern_key AND v.voter = e.voter
	RETURNING v.pattern_key, v.voter
)
INSERT INTO due_voters AS d (pattern_key, voter, due_at)
SELECT DISTINCT e.pattern_key COLLATE "C", e.voter, TIMESTAMPTZ '-infinity'
FROM erased e
ORDER BY e.pattern_key COLLATE "C", e.voter
ON CONFLICT (pattern_key, voter) DO UPDATE SET due_at = excluded.due_at, xid = excluded.xid;
