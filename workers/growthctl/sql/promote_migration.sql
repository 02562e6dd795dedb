-- How far the database is migrated.
SELECT coalesce(max(version), 0)::bigint AS id FROM public.growth_migrations;
