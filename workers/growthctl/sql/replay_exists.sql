-- Whether this database was made by a replay.
SELECT to_regclass('replay.cuts') IS NOT NULL AS yes;
