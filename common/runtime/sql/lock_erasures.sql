-- $1 boolean  whether this batch erases
-- Batches that read erasures share the lock, one that erases has it alone: so nobody writes about a contractor whom another
-- instance erases at this moment. Taken before any row is read.
SELECT CASE WHEN $1 THEN pg_advisory_xact_lock(hashtext('erasures of ' || current_schema()))
	    ELSE pg_advisory_xact_lock_shared(hashtext('erasures of ' || current_schema())) END AS locked;
