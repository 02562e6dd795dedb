-- A recalculation of some transitions looks for their contractors once, and may read the table for that. Each profile went into this index as well,
-- somewhere in it.
DROP INDEX idx_observations_tier;
