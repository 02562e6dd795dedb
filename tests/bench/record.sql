-- Records every row that a worker changes, statement by statement, for bench-ceiling to do the same once more. To be run in the
-- database of a worker that has not started yet, as a superuser. It slows the worker: what is measured is measured without it.

CREATE SCHEMA bench;
CREATE SEQUENCE bench.number;

-- A statement that changed rows; transactions and their statements in the order in which they were done.
CREATE UNLOGGED TABLE bench.statements (
	number BIGINT PRIMARY KEY,
	transaction XID8 NOT NULL,
	relation TEXT NOT NULL, -- schema.table; its rows are in the table of schema bench with this name
	operation TEXT NOT NULL, -- INSERT, UPDATE, DELETE
	row_count BIGINT NOT NULL
);

CREATE FUNCTION bench.record() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	relation TEXT := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
	statement BIGINT := nextval('bench.number');
	row_count BIGINT;
BEGIN
	EXECUTE format('INSERT INTO bench.%I SELECT $1, r.* FROM changed AS r', relation) USING statement;
	GET DIAGNOSTICS row_count = ROW_COUNT;
	IF row_count > 0 THEN
		INSERT INTO bench.statements VALUES (statement, pg_current_xact_id(), relation, TG_OP, row_count);
		IF TG_OP = 'UPDATE' THEN
			EXECUTE format('INSERT INTO bench.%I SELECT $1, r.* FROM former AS r', relation || '.former') USING statement;
		END IF;
	END IF;
	RETURN NULL;
END
$$;

CREATE FUNCTION bench.record_table(target REGCLASS, name TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE UNLOGGED TABLE bench.%I AS SELECT 0::bigint AS bench_statement, t.* FROM %s t WITH NO DATA', name, target);
	EXECUTE format('CREATE UNLOGGED TABLE bench.%I (LIKE bench.%I)', name || '.former', name);
	EXECUTE format('CREATE TRIGGER bench_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed '
		'FOR EACH STATEMENT EXECUTE FUNCTION bench.record()', target);
	EXECUTE format('CREATE TRIGGER bench_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS changed OLD TABLE AS former '
		'FOR EACH STATEMENT EXECUTE FUNCTION bench.record()', target);
	EXECUTE format('CREATE TRIGGER bench_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed '
		'FOR EACH STATEMENT EXECUTE FUNCTION bench.record()', target);
END
$$;

SELECT bench.record_table(c.oid, n.nspname || '.' || c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'matcher', 'goal_enricher', 'success_tracker', 'cohort_analyzer');
