-- Sweeps read only the contractors whom changed patterns concern; pattern_result follows from two workers' facts.

-- Where a sweep is: what has changed since sweep_since is swept for, up to sweep_snapshot, at sweep_after.
DO $$
DECLARE
	worker TEXT;
BEGIN
	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('ALTER TABLE %I.positions ADD COLUMN sweep_since BIGINT NOT NULL DEFAULT 0', worker);
		EXECUTE format('UPDATE %I.positions SET sweep_since = sweep_snapshot WHERE sweep_after IS NULL', worker);
	END LOOP;
END
$$;

-- By tier, in the order of ids: a sweep goes on where it was.
CREATE INDEX idx_contractors_tier_sweep ON contractors (kafka_partition, revenue_tier, id);
DROP INDEX idx_contractors_sweep;

-- How a match ended, if it did: matcher's. Whether goals were made is goal-enricher's (goals_generated). From both, in every
-- moment, the plan's pattern_result.
ALTER TABLE contractor_pattern_matches
	ADD COLUMN decided_result VARCHAR(50) CHECK (decided_result IN ('successful', 'unsuccessful'));
UPDATE contractor_pattern_matches SET decided_result = pattern_result
WHERE pattern_result IN ('successful', 'unsuccessful');
ALTER TABLE contractor_pattern_matches DROP COLUMN pattern_result; -- and idx_pattern_contractors with it
ALTER TABLE contractor_pattern_matches
	ADD COLUMN pattern_result VARCHAR(50) GENERATED ALWAYS AS
		(coalesce(decided_result, CASE WHEN goals_generated > 0 THEN 'in_progress' ELSE 'pending' END)) STORED;
CREATE INDEX idx_pattern_contractors ON contractor_pattern_matches (pattern_id, pattern_result);

GRANT UPDATE (decided_result) ON contractor_pattern_matches TO growth_matcher;
