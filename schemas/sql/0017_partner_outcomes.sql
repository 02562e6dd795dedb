-- What becomes of goals tells of partners: whose votes are in the published numbers. Fingerprints as 0009 has them, of voter and score.
ALTER TABLE cohort_analyzer.publications
	ADD COLUMN voters BYTEA NOT NULL DEFAULT '';
ALTER TABLE cohort_analyzer.publications
	ALTER COLUMN voters SET STORAGE EXTERNAL;
