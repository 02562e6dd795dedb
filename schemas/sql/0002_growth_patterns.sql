-- The plan's three tables: all its columns, types and indexes, then what the workers keep beside them.

CREATE TABLE business_growth_patterns (
	id SERIAL PRIMARY KEY,

	from_revenue_tier VARCHAR(50) NOT NULL,
	to_revenue_tier VARCHAR(50) NOT NULL,

	pattern_name VARCHAR(255) NOT NULL,
	pattern_description TEXT,
	pattern_type VARCHAR(100), -- 'revenue_growth', 'team_expansion', 'lead_improvement'

	-- Arrays of objects as in schemas/events/pattern.recalculated.schema.json (item, name, users, usage_rate, …).
	common_focus_areas JSONB,
	common_partners JSONB,
	common_milestones JSONB,
	common_books JSONB,
	common_podcasts JSONB,
	common_events JSONB,

	avg_time_to_level_up_months INTEGER,
	median_time_to_level_up_months INTEGER,
	fastest_time_months INTEGER,

	success_indicators JSONB,

	sample_size INTEGER NOT NULL CHECK (sample_size >= 5), -- below that no pattern exists
	confidence_score NUMERIC(3,2) CHECK (confidence_score BETWEEN 0 AND 1),
	last_recalculated_at TIMESTAMP, -- UTC: the recalculation's as_of

	created_at TIMESTAMP DEFAULT NOW(),
	updated_at TIMESTAMP DEFAULT NOW(),

	pattern_key TEXT NOT NULL UNIQUE,  -- 0_5_million>5_10_million/revenue_growth
	version BIGINT NOT NULL,           -- rises with every publication
	status VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'downgraded', 'removed')),
	status_reason TEXT,
	as_of TIMESTAMPTZ NOT NULL,
	confidence DOUBLE PRECISION NOT NULL CHECK (confidence BETWEEN 0 AND 1), -- unrounded
	expected_success DOUBLE PRECISION NOT NULL,
	consistency DOUBLE PRECISION NOT NULL,
	outcome_voters INTEGER NOT NULL DEFAULT 0,
	timeline JSONB,
	team_median DOUBLE PRECISION,
	stages JSONB,
	inputs JSONB -- positions of the history that it was calculated from
);
CREATE INDEX idx_revenue_transition ON business_growth_patterns (from_revenue_tier, to_revenue_tier);
CREATE INDEX idx_pattern_type ON business_growth_patterns (pattern_type);
CREATE INDEX idx_confidence ON business_growth_patterns (confidence_score DESC);
CREATE INDEX idx_sample_size ON business_growth_patterns (sample_size DESC);

ALTER TABLE ai_concierge_goals
	ADD FOREIGN KEY (pattern_id) REFERENCES business_growth_patterns (id) ON DELETE SET NULL;

CREATE TABLE contractor_pattern_matches (
	id SERIAL PRIMARY KEY,
	contractor_id INTEGER NOT NULL REFERENCES contractors (id) ON DELETE CASCADE,
	pattern_id INTEGER NOT NULL REFERENCES business_growth_patterns (id) ON DELETE CASCADE,

	match_score NUMERIC(3,2) CHECK (match_score BETWEEN 0 AND 1),
	match_reason TEXT,

	pattern_applied_at TIMESTAMP DEFAULT NOW(),
	pattern_result VARCHAR(50) DEFAULT 'pending'
		CHECK (pattern_result IN ('pending', 'successful', 'unsuccessful', 'in_progress')),

	-- written by goal-enricher
	goals_generated INTEGER DEFAULT 0,
	checklist_items_generated INTEGER DEFAULT 0,

	created_at TIMESTAMP DEFAULT NOW(),
	updated_at TIMESTAMP DEFAULT NOW(),

	match_rank SMALLINT CHECK (match_rank BETWEEN 1 AND 3), -- NULL: no longer among the top three
	score DOUBLE PRECISION NOT NULL, -- unrounded, with its parts
	tier_score DOUBLE PRECISION NOT NULL,
	focus_score DOUBLE PRECISION NOT NULL,
	team_score DOUBLE PRECISION NOT NULL,
	stage_score DOUBLE PRECISION NOT NULL,
	pattern_version BIGINT NOT NULL,
	UNIQUE (contractor_id, pattern_id)
);
CREATE INDEX idx_contractor_patterns ON contractor_pattern_matches (contractor_id, match_score DESC);
CREATE INDEX idx_pattern_contractors ON contractor_pattern_matches (pattern_id, pattern_result);

CREATE TABLE pattern_success_tracking (
	id SERIAL PRIMARY KEY,
	pattern_id INTEGER NOT NULL REFERENCES business_growth_patterns (id) ON DELETE CASCADE,
	contractor_id INTEGER NOT NULL REFERENCES contractors (id) ON DELETE CASCADE,
	goal_id INTEGER REFERENCES ai_concierge_goals (id) ON DELETE CASCADE,

	goal_completed BOOLEAN DEFAULT false,
	time_to_completion_days INTEGER,
	contractor_satisfaction INTEGER CHECK (contractor_satisfaction BETWEEN 1 AND 5),

	outcome_notes TEXT,
	revenue_impact VARCHAR(50)
		CHECK (revenue_impact IN ('positive', 'neutral', 'negative', 'too_early')),

	what_worked TEXT,
	what_didnt_work TEXT,

	created_at TIMESTAMP DEFAULT NOW(),
	completed_at TIMESTAMP,

	goal_uuid UUID NOT NULL UNIQUE,
	pattern_key TEXT NOT NULL,
	outcome VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'completed', 'abandoned')),
	outcome_at TIMESTAMPTZ,      -- with the id: later events win
	outcome_event_id TEXT,
	-- what goal.completed said; contractor_satisfaction is the later of this and feedback_rating
	outcome_satisfaction INTEGER CHECK (outcome_satisfaction BETWEEN 1 AND 5),
	feedback_at TIMESTAMPTZ,
	feedback_event_id TEXT,
	feedback_rating INTEGER CHECK (feedback_rating BETWEEN 1 AND 5),
	feedback_notes TEXT,
	feedback_requested BOOLEAN NOT NULL DEFAULT false -- once a goal, whatever becomes of it later
);
CREATE INDEX idx_pattern_success ON pattern_success_tracking (pattern_id, goal_completed);
CREATE INDEX idx_contractor_outcomes ON pattern_success_tracking (contractor_id, goal_completed);
CREATE INDEX idx_tracking_goal ON pattern_success_tracking (goal_id); -- a goal that is deleted takes its row along
