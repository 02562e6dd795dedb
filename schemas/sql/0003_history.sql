-- What cohort-analyzer remembers: the history that patterns are learnt from, and the outcomes that vote on them.

CREATE TABLE contractor_observations (
	contractor_id INTEGER NOT NULL,
	occurred_at TIMESTAMPTZ NOT NULL,
	event_id TEXT NOT NULL,
	heard_until TIMESTAMPTZ NOT NULL, -- last time the same profile came again without a silence of 730 days
	revenue_tier VARCHAR(50) NOT NULL,
	team_size INTEGER,
	team_band VARCHAR(50),
	current_stage VARCHAR(50),
	focus_areas JSONB,
	annual_revenue DOUBLE PRECISION,
	tier_since TIMESTAMPTZ,
	status VARCHAR(20),
	PRIMARY KEY (contractor_id, occurred_at, event_id)
);

CREATE TABLE contractor_actions (
	contractor_id INTEGER NOT NULL,
	occurred_at TIMESTAMPTZ NOT NULL,
	event_id TEXT NOT NULL,
	kind VARCHAR(20) NOT NULL CHECK (kind IN ('milestone', 'partner', 'book', 'podcast', 'event', 'focus_area')),
	item TEXT NOT NULL,
	name TEXT,
	satisfaction SMALLINT CHECK (satisfaction BETWEEN 1 AND 5),
	PRIMARY KEY (contractor_id, occurred_at, event_id)
);

-- One row a goal: a goal's next outcome replaces this one. No contractor is named: voter is a pseudonym.
CREATE TABLE pattern_votes (
	goal_uuid UUID PRIMARY KEY,
	pattern_key TEXT NOT NULL,
	voter UUID NOT NULL,
	outcome VARCHAR(20) NOT NULL CHECK (outcome IN ('open', 'completed', 'abandoned')),
	goal_created_at TIMESTAMPTZ NOT NULL,
	occurred_at TIMESTAMPTZ NOT NULL,
	event_id TEXT NOT NULL,
	satisfaction SMALLINT CHECK (satisfaction BETWEEN 1 AND 5),
	revenue_impact VARCHAR(20)
);
CREATE INDEX idx_votes_pattern ON pattern_votes (pattern_key, voter);

CREATE TABLE confidence_history (
	pattern_key TEXT NOT NULL,
	version BIGINT NOT NULL,
	as_of TIMESTAMPTZ NOT NULL,
	confidence DOUBLE PRECISION NOT NULL,
	expected_success DOUBLE PRECISION NOT NULL,
	sample_size INTEGER NOT NULL,
	outcome_voters INTEGER NOT NULL,
	status VARCHAR(20) NOT NULL,
	PRIMARY KEY (pattern_key, version)
);

-- partner.scored's last word for each contractor: when its patterns change, it is boosted anew. matcher's.
CREATE TABLE partner_scores (
	contractor_id INTEGER PRIMARY KEY,
	occurred_at TIMESTAMPTZ NOT NULL,
	event_id TEXT NOT NULL,
	partners JSONB NOT NULL,     -- as received
	recommended JSONB            -- as last published; NULL: never
);
