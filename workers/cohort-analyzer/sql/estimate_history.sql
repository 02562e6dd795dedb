-- About how many rows a scan of the whole history will read.
SELECT coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)), 0)::bigint AS rows
FROM pg_class c
WHERE c.oid IN ('contractor_observations'::regclass, 'contractor_actions'::regclass);
