-- `growthctl promote` puts a shadow in live's place; the database that it makes live keeps a record, by which `--undo` finds the former one.

CREATE TABLE operator.promotions (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	shadow TEXT NOT NULL,          -- the database that this one was, by its name
	former TEXT NOT NULL,          -- the name under which the live one of then is kept
	promoted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
	promoted_by TEXT NOT NULL DEFAULT session_user,
	undone_at TIMESTAMPTZ          -- it is live no more
);
GRANT SELECT ON operator.promotions TO growth_operator;

-- A version that a promotion has made: numbers of a replay under a number that readers do not know yet.
ALTER TABLE confidence_history
	DROP CONSTRAINT confidence_history_cause_check,
	ADD CHECK (cause IN ('recalculation', 'cohort', 'outcomes', 'standing', 'promotion'));
