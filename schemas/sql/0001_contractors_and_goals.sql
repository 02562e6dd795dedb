-- Phase 1's tables. contractors is written by matcher, the goals by goal-enricher (0005_roles.sql).

CREATE TABLE contractors (
	id INTEGER PRIMARY KEY CHECK (id > 0),
	revenue_tier VARCHAR(50) NOT NULL,
	team_size INTEGER,            -- people; NULL when only a band is known
	team_band VARCHAR(50),        -- "11_50"; NULL when people are known
	current_stage VARCHAR(50),
	focus_areas JSONB,            -- ["operational_efficiency"]; NULL: never said
	annual_revenue DOUBLE PRECISION, -- USD
	status VARCHAR(20) CHECK (status IN ('active', 'inactive', 'closed', 'deleted')),
	tier_entered_at TIMESTAMPTZ NOT NULL,
	occurred_at TIMESTAMPTZ NOT NULL, -- of the event that this profile is from; with event_id it orders events
	event_id TEXT NOT NULL,
	kafka_partition INTEGER NOT NULL, -- of contractor.updated: its owner sweeps this contractor
	created_at TIMESTAMPTZ NOT NULL,
	updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_contractors_sweep ON contractors (kafka_partition, id);

CREATE TABLE ai_concierge_goals (
	id SERIAL PRIMARY KEY,
	goal_uuid UUID NOT NULL UNIQUE, -- the public id
	contractor_id INTEGER NOT NULL REFERENCES contractors (id) ON DELETE CASCADE,
	goal_type VARCHAR(100) NOT NULL,
	goal_description TEXT NOT NULL,
	target_milestone TEXT,
	priority_score INTEGER CHECK (priority_score BETWEEN 1 AND 10),
	current_progress INTEGER NOT NULL DEFAULT 0 CHECK (current_progress BETWEEN 0 AND 100),
	next_milestone TEXT,
	success_criteria JSONB,
	pattern_source TEXT,
	pattern_confidence NUMERIC(3,2) CHECK (pattern_confidence BETWEEN 0 AND 1),
	data_gaps JSONB,
	status VARCHAR(20) NOT NULL DEFAULT 'active'
		CHECK (status IN ('active', 'completed', 'abandoned', 'blocked')),
	trigger_condition TEXT,
	last_action_at TIMESTAMPTZ,
	created_at TIMESTAMPTZ NOT NULL,
	updated_at TIMESTAMPTZ NOT NULL,
	completed_at TIMESTAMPTZ,
	pattern_id INTEGER, -- its foreign key follows with the patterns
	pattern_version BIGINT,
	expected_months_low INTEGER,
	expected_months_high INTEGER,
	timeline TEXT,           -- the sentence to show
	upstream BOOLEAN NOT NULL, -- came by goal.created
	occurred_at TIMESTAMPTZ NOT NULL, -- of the event that this version of the goal is from
	CHECK (expected_months_low <= expected_months_high)
);
CREATE INDEX idx_goals_contractor_status ON ai_concierge_goals (contractor_id, status);
CREATE INDEX idx_goals_priority_status ON ai_concierge_goals (priority_score DESC, status);
CREATE INDEX idx_goals_trigger_status ON ai_concierge_goals (trigger_condition, status);

CREATE TABLE ai_concierge_checklist_items (
	id SERIAL PRIMARY KEY,
	goal_id INTEGER NOT NULL REFERENCES ai_concierge_goals (id) ON DELETE CASCADE,
	contractor_id INTEGER NOT NULL REFERENCES contractors (id) ON DELETE CASCADE,
	position INTEGER NOT NULL, -- order within the goal, from 1
	checklist_item TEXT NOT NULL,
	item_type VARCHAR(50) NOT NULL,
	item TEXT,                 -- the pattern's item id
	usage_rate DOUBLE PRECISION,
	status VARCHAR(20) NOT NULL DEFAULT 'pending'
		CHECK (status IN ('pending', 'in_progress', 'completed', 'skipped')),
	trigger_condition TEXT,
	executed_at TIMESTAMPTZ,
	execution_context JSONB,
	completed_at TIMESTAMPTZ,
	completion_notes TEXT,
	created_at TIMESTAMPTZ NOT NULL,
	updated_at TIMESTAMPTZ NOT NULL,
	UNIQUE (goal_id, position)
);
CREATE INDEX idx_checklist_contractor ON ai_concierge_checklist_items (contractor_id, item_type, item);
