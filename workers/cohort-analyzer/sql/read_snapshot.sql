-- What this transaction sees of the others.
SELECT pg_current_snapshot()::text AS snapshot;
