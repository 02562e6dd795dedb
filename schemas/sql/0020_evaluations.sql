-- What each look at outcomes that published was calculated from, so that a replay looks at the same: between recalculations, which
-- confidences are published depends on when somebody looked. cohort-analyzer's; a row only when something is published, no contractor in it.

CREATE TABLE cohort_analyzer.evaluations (
	number BIGINT PRIMARY KEY,         -- from 1, in the order in which they were done
	as_of TIMESTAMPTZ NOT NULL,
	evaluated_at TIMESTAMPTZ NOT NULL, -- by the loop's clock
	after_request TEXT,                -- the last recalculation that was done before; NULL: none
	inputs JSONB NOT NULL              -- positions of the snapshot that it read
);

ALTER TABLE cohort_analyzer.evaluation
	ADD COLUMN inputs JSONB, -- of the last look, whatever it found; NULL: it left voters waiting, or nobody has noted it
	ADD COLUMN asked BIGINT; -- the last one of asked_evaluations that was done

-- Looks that a replay asks for. `growthctl replay` alone writes here, in a shadow's database; cohort-analyzer notes in `evaluation`
-- what was done.
CREATE TABLE cohort_analyzer.asked_evaluations (
	number BIGINT PRIMARY KEY,
	as_of TIMESTAMPTZ NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON cohort_analyzer.evaluations TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.evaluations TO growth_operator;
GRANT SELECT ON cohort_analyzer.asked_evaluations TO growth_cohort_analyzer;
GRANT SELECT, INSERT, UPDATE, DELETE ON cohort_analyzer.asked_evaluations TO growth_operator;
