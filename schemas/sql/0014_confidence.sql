-- Confidence as outcomes come: what each voter says of a pattern, the sums, and what they make of the pattern's confidence. All of it
-- follows from pattern_votes, so it can be rebuilt: mark every voter. cohort-analyzer's.

-- A voter's part in the sums, as if all were weighed at one fixed instant (common/domain/outcome.h). The numbers are decimals that
-- stand for exactly one double each, and their sums are exact: it does not matter in which order they were added.
CREATE TABLE cohort_analyzer.pattern_voters (
	pattern_key TEXT NOT NULL,
	voter UUID NOT NULL,
	good NUMERIC NOT NULL DEFAULT 0,
	bad NUMERIC NOT NULL DEFAULT 0,
	counted BOOLEAN NOT NULL DEFAULT false, -- he has a vote
	PRIMARY KEY (pattern_key, voter)
) WITH (fillfactor = 70); -- room for a changed row beside the old one: then no index is written to
ALTER TABLE pattern_votes SET (fillfactor = 80);

-- Who is to be looked at: for what he has said, or when a goal of his will have been silent for too long. Apart from the voters, because
-- these rows come and go and are in three indexes, and the voters' table grows with history.
CREATE TABLE cohort_analyzer.due_voters (
	pattern_key TEXT NOT NULL,
	voter UUID NOT NULL,
	due_at TIMESTAMPTZ NOT NULL,
	heard_at TIMESTAMPTZ,            -- the latest occurred_at of what marked him; NULL: his erasure
	xid XID8 NOT NULL DEFAULT pg_current_xact_id(), -- of the last mark: who has looked at him sees whether he was marked meanwhile
	PRIMARY KEY (pattern_key, voter)
);
CREATE INDEX ON cohort_analyzer.due_voters (due_at);
CREATE INDEX ON cohort_analyzer.due_voters (heard_at);

CREATE TABLE cohort_analyzer.pattern_evidence (
	pattern_key TEXT PRIMARY KEY,
	good NUMERIC NOT NULL DEFAULT 0, -- exactly the sums over pattern_voters
	bad NUMERIC NOT NULL DEFAULT 0,
	voters BIGINT NOT NULL DEFAULT 0,
	as_of TIMESTAMPTZ,               -- for which the figures below hold
	version BIGINT,                  -- of the pattern that they were calculated for; NULL: there is none
	confidence DOUBLE PRECISION,     -- unrounded, without the ceiling of a downgraded pattern
	expected_success DOUBLE PRECISION,
	alpha DOUBLE PRECISION,
	beta DOUBLE PRECISION
);

-- One row: how far the evaluation is.
CREATE TABLE cohort_analyzer.evaluation (
	one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
	as_of TIMESTAMPTZ NOT NULL,        -- never goes back
	complete BOOLEAN NOT NULL,         -- every voter who was due was looked at, and the figures follow from it
	evaluated_at TIMESTAMPTZ NOT NULL  -- by the loop's clock; only for what is due when
);

CREATE INDEX ON cohort_analyzer.recalculations (as_of) WHERE finished;

-- Whether an evaluation has anything to do, by the clock given: the time that it would be for (the latest that is known of an outcome
-- or a recalculation, not later than the clock; an outcome leaves due_voters only after an evaluation for its time or later), and how many voters are due by then; more than 10,000 are not counted.
CREATE FUNCTION cohort_analyzer.evaluation_due(clock TIMESTAMPTZ)
RETURNS TABLE (as_of TIMESTAMPTZ, waiting BIGINT, due BOOLEAN, complete BOOLEAN, evaluated_at TIMESTAMPTZ)
LANGUAGE sql STABLE AS $$
	WITH known AS (
		SELECT greatest(e.as_of,
			(SELECT max(r.as_of) FROM cohort_analyzer.recalculations r WHERE r.finished AND r.as_of <= clock),
			(SELECT d.heard_at FROM cohort_analyzer.due_voters d WHERE d.heard_at <= clock
				ORDER BY d.heard_at DESC LIMIT 1)) AS as_of,
			e.as_of AS stored, coalesce(e.complete, false) AS complete, e.evaluated_at
		FROM (SELECT) one LEFT JOIN cohort_analyzer.evaluation e ON true
	), counted AS (
		SELECT count(*) AS waiting
		FROM (SELECT FROM cohort_analyzer.due_voters d WHERE d.due_at <= (SELECT k.as_of FROM known k) LIMIT 10000) d
	)
	SELECT k.as_of, c.waiting,
		k.as_of IS NOT NULL AND (c.waiting > 0 OR NOT k.complete OR k.as_of > k.stored OR EXISTS (
			SELECT FROM public.business_growth_patterns p
			LEFT JOIN cohort_analyzer.pattern_evidence e USING (pattern_key)
			WHERE p.version IS DISTINCT FROM e.version)),
		k.complete, k.evaluated_at
	FROM known k, counted c
$$;

ALTER TABLE business_growth_patterns
	ADD COLUMN confidence_as_of TIMESTAMPTZ; -- of the confidence, which outcomes move; as_of: of the numbers
UPDATE business_growth_patterns SET confidence_as_of = as_of;

ALTER TABLE confidence_history
	ADD COLUMN cause VARCHAR(20) NOT NULL DEFAULT 'recalculation' CHECK (cause IN ('recalculation', 'outcomes'));

-- Who has voted already is to be looked at.
INSERT INTO cohort_analyzer.due_voters (pattern_key, voter, due_at, heard_at)
SELECT pattern_key, voter, '-infinity', max(occurred_at) FROM pattern_votes GROUP BY pattern_key, voter;

GRANT SELECT, INSERT, UPDATE, DELETE ON cohort_analyzer.pattern_voters, cohort_analyzer.due_voters,
	cohort_analyzer.pattern_evidence, cohort_analyzer.evaluation TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.pattern_voters, cohort_analyzer.due_voters, cohort_analyzer.pattern_evidence,
	cohort_analyzer.evaluation TO growth_operator;
