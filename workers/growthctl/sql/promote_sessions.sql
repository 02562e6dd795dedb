-- $1 text, $2 text  databases. Who is connected to them.
SELECT a.datname::text AS database, a.pid, coalesce(a.usename::text, '') AS role, a.application_name AS application,
	coalesce(host(a.client_addr), 'this machine') AS host
FROM pg_stat_activity a
WHERE a.datname IN ($1, $2) AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
ORDER BY 1, 2;
