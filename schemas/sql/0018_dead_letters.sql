-- What an operator decided about a dead letter: the topics NAME.dlq cannot be changed, so this is where it stands. Rows are only
-- added; the last one of a letter that is not undone counts. `growthctl dlq` alone writes here, no worker does.

CREATE SCHEMA operator;

CREATE TABLE operator.dead_letters (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	topic TEXT NOT NULL,          -- NAME.dlq, without the configured prefix
	partition INTEGER NOT NULL,
	kafka_offset BIGINT NOT NULL,
	action TEXT NOT NULL CHECK (action IN ('retry', 'import', 'discard')),
	-- pending: recorded before it is sent, and whether Kafka has it is decided by the run's Kafka transaction
	outcome TEXT NOT NULL CHECK (outcome IN ('pending', 'done', 'undone')),
	run BIGINT,                   -- the Kafka transaction that it is sent with
	origin_topic TEXT,            -- where the message had been; NULL: the letter does not tell
	origin_partition INTEGER,
	origin_offset BIGINT,
	event_id TEXT,                -- of what was sent
	error TEXT,                   -- what had been wrong
	because TEXT,                 -- why it is discarded
	sent_to TEXT,                 -- topic, without prefix
	sent_partition INTEGER,       -- NULL: Kafka has it, but its answer was lost
	sent_offset BIGINT,
	decided_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
	decided_by TEXT NOT NULL DEFAULT session_user,
	done_at TIMESTAMPTZ,
	CHECK ((action = 'discard') = (run IS NULL)),
	CHECK ((action = 'discard') = (because IS NOT NULL)),
	CHECK ((outcome = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX dead_letters_place ON operator.dead_letters (topic, partition, kafka_offset, id);
CREATE INDEX dead_letters_pending ON operator.dead_letters (run) WHERE outcome = 'pending';
-- A letter is sent again once, whoever tries.
CREATE UNIQUE INDEX dead_letters_sent_once ON operator.dead_letters (topic, partition, kafka_offset)
	WHERE action <> 'discard' AND outcome <> 'undone';

GRANT USAGE ON SCHEMA operator TO growth_operator;
GRANT SELECT, INSERT ON operator.dead_letters TO growth_operator;
GRANT UPDATE (outcome, sent_partition, sent_offset, done_at) ON operator.dead_letters TO growth_operator;
