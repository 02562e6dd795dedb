-- What a replay is, kept in its own database, so that one that was killed goes on as it was planned.
CREATE SCHEMA IF NOT EXISTS replay;
CREATE TABLE IF NOT EXISTS replay.runs (
	live_database TEXT NOT NULL,
	live_prefix TEXT NOT NULL,          -- of its topics
	workers INTEGER NOT NULL,           -- of the pipeline, from its start
	own_votes BOOLEAN NOT NULL,         -- outcomes are those of the shadow's success-tracker
	outputs BOOLEAN NOT NULL,           -- false: topics are dropped at the end
	planned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
	finished_at TIMESTAMPTZ
);
-- What is read of live's topics.
CREATE TABLE IF NOT EXISTS replay.partitions (
	place INTEGER PRIMARY KEY,
	topic TEXT NOT NULL,
	partition INTEGER NOT NULL,
	begins BIGINT NOT NULL
);
-- Live's recalculations, its looks at outcomes, and the end.
CREATE TABLE IF NOT EXISTS replay.steps (
	step INTEGER PRIMARY KEY,
	event_id TEXT,
	event_source TEXT,
	pattern_key TEXT,
	as_of TIMESTAMPTZ,
	reason TEXT,
	kafka_offset BIGINT,
	evaluation BIGINT                   -- the number of a look, whose event_id is NULL; its as_of is NULL when it is of what is known then
);
-- Up to where each partition is fed before the step's recalculation or look is asked for.
CREATE TABLE IF NOT EXISTS replay.cuts (
	step INTEGER NOT NULL,
	place INTEGER NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (step, place)
);
GRANT USAGE ON SCHEMA replay TO growth_operator;
GRANT SELECT ON ALL TABLES IN SCHEMA replay TO growth_operator;
