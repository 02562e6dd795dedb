-- About how many rows the history has, as the server counted last.
SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS expected
FROM pg_class c
WHERE c.oid IN ('contractor_observations'::regclass, 'contractor_actions'::regclass);
