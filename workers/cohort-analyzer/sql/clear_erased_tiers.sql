-- $1 text[], $2 text[]  the snapshot that was calculated from, and a tier that something starts from that was calculated. A tier that is none
-- of the ladder's now is remembered until it is again.
WITH done AS (
	SELECT e.tier
	FROM unnest($1::text[], $2::text[]) AS r (snapshot, tier)
	JOIN erased_tiers e ON e.tier = r.tier
	WHERE pg_visible_in_snapshot(e.xid, r.snapshot::pg_snapshot)
	FOR UPDATE OF e SKIP LOCKED
)
DELETE FROM erased_tiers e USING done d WHERE e.tier = d.tier;
