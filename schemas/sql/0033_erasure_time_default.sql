-- While a release is rolled out, cohort-analyzer of the release before runs on. It knows no erased_at (0029) and notes an erasure without one,
-- which was refused (23502), so the erasure became a dead letter. What says no time counts from when it is noted.
ALTER TABLE cohort_analyzer.erased_tiers ALTER COLUMN erased_at SET DEFAULT now();
