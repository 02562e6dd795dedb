-- One operator decides at a time; held until the connection ends.
SELECT pg_try_advisory_lock(hashtextextended('operator.dead_letters', 0)) AS yes;
