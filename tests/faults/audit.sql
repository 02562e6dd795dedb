-- What a fault run remembers beside the product's own tables: every outbox row that was committed, every move of a position; a
-- way to let a batch's transaction fail with an SQLSTATE of choice; and a message that Postgres alone refuses. Triggers run in the
-- transaction that they are about, so what is rolled back is not remembered.
CREATE SCHEMA audit;

CREATE TABLE audit.outbox (
	id BIGSERIAL PRIMARY KEY,
	worker TEXT NOT NULL,
	topic TEXT NOT NULL,
	partition INTEGER NOT NULL,
	sequence BIGINT NOT NULL,
	next_offset BIGINT NOT NULL,
	messages BYTEA NOT NULL
);

CREATE TABLE audit.positions (
	id BIGSERIAL PRIMARY KEY,
	worker TEXT NOT NULL,
	topic TEXT NOT NULL,
	partition INTEGER NOT NULL,
	old_epoch BIGINT,
	old_sequence BIGINT,
	old_offset BIGINT,
	epoch BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	next_offset BIGINT NOT NULL
);

CREATE TABLE audit.inject (
	sqlstate TEXT NOT NULL,
	probability DOUBLE PRECISION NOT NULL
);

CREATE FUNCTION audit.note_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	INSERT INTO audit.outbox (worker, topic, partition, sequence, next_offset, messages)
	VALUES (TG_TABLE_SCHEMA, NEW.topic, NEW.partition, NEW.sequence, NEW.next_offset, NEW.messages);
	RETURN NULL;
END
$$;

CREATE FUNCTION audit.note_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	INSERT INTO audit.positions (worker, topic, partition, old_epoch, old_sequence, old_offset, epoch, sequence,
				     next_offset)
	VALUES (TG_TABLE_SCHEMA, NEW.topic, NEW.partition,
		CASE TG_OP WHEN 'UPDATE' THEN OLD.epoch END, CASE TG_OP WHEN 'UPDATE' THEN OLD.sequence END,
		CASE TG_OP WHEN 'UPDATE' THEN OLD.next_offset END, NEW.epoch, NEW.sequence, NEW.next_offset);
	RETURN NULL;
END
$$;

CREATE FUNCTION audit.fail_at_random() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	fault audit.inject;
BEGIN
	SELECT * INTO fault FROM audit.inject LIMIT 1;
	IF FOUND AND random() < fault.probability THEN
		RAISE EXCEPTION 'injected' USING ERRCODE = fault.sqlstate;
	END IF;
	RETURN NEW;
END
$$;

DO $$
DECLARE
	worker TEXT;
BEGIN
	FOREACH worker IN ARRAY ARRAY['cohort_analyzer', 'matcher', 'goal_enricher', 'success_tracker'] LOOP
		EXECUTE format('CREATE TRIGGER audit AFTER INSERT ON %I.outbox FOR EACH ROW
				EXECUTE FUNCTION audit.note_outbox()', worker);
		EXECUTE format('CREATE TRIGGER audit AFTER INSERT OR UPDATE ON %I.positions FOR EACH ROW
				EXECUTE FUNCTION audit.note_position()', worker);
		EXECUTE format('CREATE TRIGGER inject BEFORE UPDATE ON %I.positions FOR EACH ROW
				EXECUTE FUNCTION audit.fail_at_random()', worker);
	END LOOP;
END
$$;

-- load.py sends some of it.
ALTER TABLE goal_enricher.done_actions ADD CONSTRAINT not_that CHECK (item <> 'refused');
