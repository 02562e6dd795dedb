-- What every worker needs for itself, in a schema named after it. The batch loop (common/runtime) owns these.

DO $$
DECLARE
	worker TEXT;
BEGIN
	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('CREATE SCHEMA %I', worker);

		-- How far the state is. A batch commits only if it finds the row as it left it (epoch and sequence).
		EXECUTE format($sql$
			CREATE TABLE %I.positions (
				topic TEXT NOT NULL,
				partition INTEGER NOT NULL,
				next_offset BIGINT NOT NULL,
				epoch BIGINT NOT NULL,     -- raised at each assignment and each move by an operator
				sequence BIGINT NOT NULL,  -- of the last batch; numbers the outbox rows
				snapshot BIGINT NOT NULL DEFAULT 0,       -- of the pattern library last seen
				sweep_snapshot BIGINT NOT NULL DEFAULT 0, -- the library that the sweep is for
				sweep_after BIGINT,        -- where it is; NULL: done
				updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
				PRIMARY KEY (topic, partition)
			) WITH (fillfactor = 50)
		$sql$, worker);

		-- What is to be published because of a batch, one row a partition and sequence, until Kafka has it.
		EXECUTE format($sql$
			CREATE TABLE %I.outbox (
				topic TEXT NOT NULL,
				partition INTEGER NOT NULL,
				sequence BIGINT NOT NULL,
				next_offset BIGINT NOT NULL,
				message_count INTEGER NOT NULL,
				messages BYTEA NOT NULL,
				PRIMARY KEY (topic, partition, sequence)
			)
		$sql$, worker);
		EXECUTE format('ALTER TABLE %I.outbox ALTER COLUMN messages SET COMPRESSION lz4', worker);

		-- Messages that wait for something not known yet.
		EXECUTE format($sql$
			CREATE TABLE %I.parked (
				topic TEXT NOT NULL,
				partition INTEGER NOT NULL,
				kafka_offset BIGINT NOT NULL,
				waiting_for TEXT NOT NULL,
				reason TEXT NOT NULL,
				contractor_id INTEGER,
				message BYTEA NOT NULL, -- key, value, headers and timestamp as received
				parked_at TIMESTAMPTZ NOT NULL DEFAULT now(),
				attempts INTEGER NOT NULL DEFAULT 0,
				retry_at TIMESTAMPTZ NOT NULL DEFAULT now() + interval '5 s',
				PRIMARY KEY (topic, partition, kafka_offset)
			)
		$sql$, worker);
		EXECUTE format('CREATE INDEX ON %I.parked (waiting_for)', worker);
		EXECUTE format('CREATE INDEX ON %I.parked (topic, partition, retry_at)', worker);
		EXECUTE format('CREATE INDEX ON %I.parked (contractor_id)', worker);

		-- All that is left of an erased contractor: events of before that arrive late are dropped.
		EXECUTE format($sql$
			CREATE TABLE %I.erased_contractors (
				contractor_id INTEGER PRIMARY KEY,
				erased_at TIMESTAMPTZ NOT NULL,
				partition INTEGER NOT NULL,
				kafka_offset BIGINT NOT NULL
			)
		$sql$, worker);
	END LOOP;
END
$$;

CREATE TABLE cohort_analyzer.recalculations (
	event_id TEXT PRIMARY KEY,
	event_source TEXT NOT NULL,
	pattern_key TEXT,           -- NULL: all of them
	as_of TIMESTAMPTZ NOT NULL,
	reason TEXT NOT NULL,
	kafka_offset BIGINT NOT NULL, -- of the request: they are done in this order
	inputs JSONB,               -- positions of the snapshot that it read
	outcome JSONB,              -- what it found, per transition
	finished BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX ON cohort_analyzer.recalculations (kafka_offset) WHERE NOT finished;
