-- One feeder at a time; held until the connection ends.
SELECT pg_try_advisory_lock(hashtextextended('replay', 0)) AS yes;
