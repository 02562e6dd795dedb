-- Votes of erased contractors that are read after the erasure. A vote names a pseudonym, made of contractor and pattern, so whoever is
-- erased cannot be told from it: his pseudonyms are kept instead, for each pattern that somebody has voted on. cohort-analyzer's.

CREATE TABLE cohort_analyzer.erased_voters (
	voter UUID PRIMARY KEY,
	pattern_key TEXT NOT NULL,
	erased_at TIMESTAMPTZ NOT NULL -- a vote on a goal that was made until then is not taken any more
);

-- The patterns for which everybody's who is erased are there.
CREATE TABLE cohort_analyzer.erased_patterns (
	pattern_key TEXT PRIMARY KEY
);

GRANT SELECT, INSERT, UPDATE, DELETE ON cohort_analyzer.erased_voters, cohort_analyzer.erased_patterns TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.erased_voters, cohort_analyzer.erased_patterns TO growth_operator;
