-- Patterns with the evidence behind them, and whose numbers they are.

ALTER TABLE business_growth_patterns
	ADD COLUMN at_risk INTEGER,        -- contractors in the cohort, levelled up or not
	ADD COLUMN held_out JSONB,         -- whether it holds for contractors held out
	ADD COLUMN shape_version SMALLINT; -- of the JSONB documents: 2 is as in schemas/events; NULL: older

-- Fingerprints (8 bytes each, big-endian, ascending) of what each contractor contributes to the published numbers. New numbers
-- follow only when enough of them differ, so nobody can be told from the difference. A fingerprint names nobody.
CREATE TABLE cohort_analyzer.publications (
	pattern_key TEXT PRIMARY KEY,
	levellers BYTEA NOT NULL,
	others BYTEA NOT NULL,
	outside_levellers BYTEA NOT NULL, -- of a sub-cohort: those in the cohort who are not in it
	outside_others BYTEA NOT NULL,
	erased_since TIMESTAMPTZ          -- somebody in the numbers was erased; they are replaced or withdrawn
);
ALTER TABLE cohort_analyzer.publications
	ALTER COLUMN levellers SET STORAGE EXTERNAL, -- hashes do not compress
	ALTER COLUMN others SET STORAGE EXTERNAL,
	ALTER COLUMN outside_levellers SET STORAGE EXTERNAL,
	ALTER COLUMN outside_others SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE, DELETE ON cohort_analyzer.publications TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.publications TO growth_operator;
