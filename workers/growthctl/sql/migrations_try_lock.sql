-- One migration at a time; held until the connection ends.
SELECT pg_try_advisory_lock(hashtextextended('growth_migrations', 0)) AS yes;
