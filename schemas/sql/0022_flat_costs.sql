-- What a message costs does not follow from how much history there is: smaller indexes, and pages that are full.

-- A voter is a name of contractor and pattern (a version 5 UUID), so it alone finds his votes.
CREATE INDEX idx_votes_voter ON pattern_votes (voter);
DROP INDEX idx_votes_pattern;
ALTER TABLE cohort_analyzer.pattern_voters
	DROP CONSTRAINT pattern_voters_pkey,
	ADD PRIMARY KEY (voter, pattern_key);

-- Room for a changed row beside the old one, so that no index is written to: rows are changed one at a time, anywhere, and the next
-- change to a page takes back the room of the one before. More room only means more pages.
ALTER TABLE pattern_votes SET (fillfactor = 90);
ALTER TABLE cohort_analyzer.pattern_voters SET (fillfactor = 90);

-- What a contractor did moves a goal's progress and completes a step; none of it is in an index.
ALTER TABLE ai_concierge_goals SET (fillfactor = 85);
ALTER TABLE ai_concierge_checklist_items SET (fillfactor = 90);

-- A profile that is heard again moves heard_until, which no index has.
ALTER TABLE contractor_observations SET (fillfactor = 85);
