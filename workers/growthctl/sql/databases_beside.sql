-- $1 text  a database; its shadows, and those that promotions have kept.
SELECT d.datname::text AS name
FROM pg_database d
WHERE starts_with(d.datname, $1 || '_shadow_') OR starts_with(d.datname, $1 || '_former_')
ORDER BY 1;
