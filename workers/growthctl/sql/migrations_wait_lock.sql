SET lock_timeout = 0;
SELECT pg_advisory_lock(hashtextextended('growth_migrations', 0));
SET lock_timeout = '15s';
