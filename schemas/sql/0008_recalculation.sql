-- What a recalculation has to do: what has changed since each transition was last calculated, what was found then, and when
-- the next one is due. cohort-analyzer's. Without these rows everything is calculated anew, so they can be rebuilt.

-- Contractors whose stored history has changed since a recalculation last read it. Profiles and actions mark apart, and a batch
-- marks in that order, each by contractor: two instances never wait for each other in a circle.
CREATE TABLE cohort_analyzer.changed_contractors (
	contractor_id INTEGER NOT NULL,
	by_action BOOLEAN NOT NULL,
	latest TIMESTAMPTZ NOT NULL,        -- of the events: a recalculation for an earlier time has not seen all of them
	matters_after TIMESTAMPTZ NOT NULL, -- only to calculations for a later time than this: he was just heard again
	xid XID8 NOT NULL DEFAULT pg_current_xact_id(), -- of the last mark: it is in a snapshot, or came after it
	seen TEXT[] NOT NULL DEFAULT '{}',  -- tiers whose transitions, asked for by key, have seen the change
	PRIMARY KEY (contractor_id, by_action)
) WITH (fillfactor = 70);

-- Of erased contractors no row is left to tell which transitions they were in, so it is noted by tier, without their names.
CREATE TABLE cohort_analyzer.erased_tiers (
	tier TEXT PRIMARY KEY,
	contractors BIGINT NOT NULL,
	xid XID8 NOT NULL DEFAULT pg_current_xact_id()
);

-- What the last calculation of each transition found, with a pattern or without.
CREATE TABLE cohort_analyzer.transitions (
	transition TEXT PRIMARY KEY,      -- 0_5_million>5_10_million
	place INTEGER NOT NULL,           -- in the ladder
	from_tier TEXT NOT NULL,
	to_tier TEXT NOT NULL,
	event_id TEXT NOT NULL,           -- the request that it was calculated for
	as_of TIMESTAMPTZ NOT NULL,
	horizon TIMESTAMPTZ NOT NULL,     -- the latest as_of that it was ever calculated for
	settings TEXT NOT NULL,           -- fingerprint of constants and vocabulary
	at_risk BIGINT NOT NULL,
	levelled_up BIGINT NOT NULL,
	result TEXT NOT NULL              -- "published", "not enough data (3 of 5)"
);

-- When the owner of the request partition last did what time alone causes.
CREATE TABLE cohort_analyzer.schedule (
	what TEXT PRIMARY KEY CHECK (what IN ('monthly', 'drift')),
	done_at TIMESTAMPTZ NOT NULL      -- monthly: the month that was asked for last
);

-- How far a running recalculation is; for people.
ALTER TABLE cohort_analyzer.recalculations
	ADD COLUMN phase TEXT,
	ADD COLUMN rows_done BIGINT,
	ADD COLUMN rows_total BIGINT; -- as estimated

GRANT SELECT, INSERT, UPDATE, DELETE ON cohort_analyzer.changed_contractors, cohort_analyzer.erased_tiers,
	cohort_analyzer.transitions, cohort_analyzer.schedule TO growth_cohort_analyzer;
GRANT SELECT ON cohort_analyzer.changed_contractors, cohort_analyzer.erased_tiers, cohort_analyzer.transitions,
	cohort_analyzer.schedule TO growth_operator;
