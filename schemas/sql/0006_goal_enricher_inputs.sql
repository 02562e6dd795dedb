-- What goal-enricher keeps of what it received: a goal is made from these and the pattern library alone, so that it does not
-- matter in which order the topics are read.

-- The last contractor.matched of each contractor. The row is also what two instances at one contractor take turns at; all
-- but the id is NULL while only other topics have named him.
CREATE TABLE goal_enricher.matched_contractors (
	contractor_id INTEGER PRIMARY KEY,
	occurred_at TIMESTAMPTZ,
	snapshot BIGINT, -- number of the library that he was matched with
	event_id TEXT,
	message JSONB
) WITH (fillfactor = 80);

-- goal.created as last received.
CREATE TABLE goal_enricher.upstream_goals (
	goal_uuid UUID PRIMARY KEY,
	contractor_id INTEGER NOT NULL,
	event_id TEXT NOT NULL,
	message JSONB NOT NULL
);
CREATE INDEX ON goal_enricher.upstream_goals (contractor_id);

-- What a contractor has done that may stand on a checklist.
CREATE TABLE goal_enricher.done_actions (
	contractor_id INTEGER NOT NULL,
	item_type VARCHAR(50) NOT NULL,
	item TEXT NOT NULL,
	first_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (contractor_id, item_type, item)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON goal_enricher.matched_contractors, goal_enricher.upstream_goals,
	goal_enricher.done_actions TO growth_goal_enricher;
GRANT SELECT ON goal_enricher.matched_contractors, goal_enricher.upstream_goals, goal_enricher.done_actions
	TO growth_operator;
