-- $1 text, $2 text  the snapshot that was calculated from; the one tier that was, NULL: all
WITH done AS (
	SELECT e.tier
	FROM erased_tiers e
	WHERE pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot) AND ($2::text IS NULL OR e.tier = $2)
	FOR UPDATE SKIP LOCKED
)
DELETE FROM erased_tiers e USING done d WHERE e.tier = d.tier;
