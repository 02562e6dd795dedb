-- What became of a goal's pattern, and how well contractor and pattern fit: goals are read by priority_score, then match_score.
ALTER TABLE ai_concierge_goals
	ADD COLUMN pattern_status VARCHAR(20) CHECK (pattern_status IN ('active', 'downgraded', 'removed')),
	ADD COLUMN match_score DOUBLE PRECISION CHECK (match_score BETWEEN 0 AND 1); -- unrounded
GRANT UPDATE (pattern_status, match_score) ON ai_concierge_goals TO growth_goal_enricher;

COMMENT ON COLUMN ai_concierge_goals.pattern_status IS
	'NULL: no pattern. removed: the pattern was withdrawn since, the goal stays as it was then.';
COMMENT ON COLUMN ai_concierge_goals.expected_months_low IS
	'Months more from occurred_at on (of a withdrawn goal: from when it was last renewed), with expected_months_high. NULL: timeline says why.';
