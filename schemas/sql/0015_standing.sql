-- Whether each pattern's goals work out as often as others', and why its status and confidence changed.

-- What made each version; `recalculation` alone: from before it was told.
ALTER TABLE confidence_history
	DROP CONSTRAINT confidence_history_cause_check,
	ADD CHECK (cause IN ('recalculation', 'cohort', 'outcomes', 'standing')),
	ADD COLUMN status_reason TEXT;

-- Found anew by each recalculation from all votes; kept for who asks why, and because a pattern that outcomes have removed is
-- still judged by its cohort. cohort-analyzer's.
CREATE TABLE cohort_analyzer.standings (
	pattern_key TEXT PRIMARY KEY,
	standing TEXT NOT NULL CHECK (standing IN ('active', 'flagged', 'retired')),
	since TIMESTAMPTZ,                        -- the monthly look that made it so; NULL: it was never otherwise
	streak INTEGER NOT NULL,                  -- looks with probability > 0.95 since it was last active
	probability DOUBLE PRECISION NOT NULL,    -- that it succeeds less than 80 % as often as all, at the last look
	success_rate DOUBLE PRECISION,            -- of its goals then; NULL: none had turned out
	pooled_success DOUBLE PRECISION NOT NULL, -- of all patterns' goals then
	voters INTEGER NOT NULL,
	cohort_status VARCHAR(20) NOT NULL CHECK (cohort_status IN ('active', 'downgraded', 'removed')), -- without its outcomes
	cohort_reason TEXT
);

GRANT SELECT, INSERT, UPDATE ON cohort_analyzer.standings TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.standings TO growth_operator;
