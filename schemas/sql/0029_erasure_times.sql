-- When the first of those who are erased was: published numbers that he is in are withdrawn so long after it, not after who looked next.
-- Of rows that are there now nobody knows: they count from today.
ALTER TABLE cohort_analyzer.erased_tiers ADD COLUMN erased_at TIMESTAMPTZ NOT NULL DEFAULT now();
ALTER TABLE cohort_analyzer.erased_tiers ALTER COLUMN erased_at DROP DEFAULT;
