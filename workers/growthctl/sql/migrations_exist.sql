-- Whether this database has ever been migrated.
SELECT to_regclass('public.growth_migrations') IS NOT NULL AS yes;
