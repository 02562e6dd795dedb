-- $1 text  a shadow's name without its own part: "growth_shadow_"
SELECT d.datname::text AS name FROM pg_database d WHERE starts_with(d.datname, $1) ORDER BY 1;
