/* What must be known before anything is sent. */
#include "posted.h"

TestSuite(db_gate, .init = set_up, .fini = tear_down);

struct gate {
	struct db_answer counted;
	int64_t wanted;
	int asked;
};

static bool has_wanted(void *closure, struct err *error)
{
	struct gate *gate = closure;
	const struct row *rows;

	gate->asked++;
	if (!db_take(&gate->counted, error))
		return false;
	rows = gate->counted.rows;
	return rows[0].id == gate->wanted || err_set(error, ERR_FENCED, "%d rows", (int)rows[0].id);
}

static void begin_behind(struct gate *gate, int64_t wanted)
{
	*gate = (struct gate){ .wanted = wanted };
	cr_assert(db_begin(db, &err));
	cr_assert(db_ask(db, &count_rows, NULL, 0, &arena, &gate->counted, &err));
	cr_assert(db_gate(db, has_wanted, gate, &err), "%s", err.text);
	cr_expect_eq(gate->asked, 0);
}

Test(db_gate, nothing_is_sent_before_the_gate_is_passed)
{
	struct gate gate;

	begin_behind(&gate, 0);
	cr_expect(add(1, "good") && add(2, "good"), "%s", err.text);
	cr_expect(db_commit(db, &err), "%s", err.text);
	cr_expect_eq(gate.asked, 1);

	begin_behind(&gate, 0);
	cr_expect(!add(3, "good"));
	cr_expect_eq(err.kind, ERR_FENCED, "%s", err.text);
	cr_expect(!db_commit(db, &err)); /* it stays shut */
	cr_expect_eq(err.kind, ERR_FENCED, "%s", err.text);
	db_rollback(db);

	begin_behind(&gate, 0);
	cr_expect(!db_commit(db, &err));
	cr_expect_eq(err.kind, ERR_FENCED, "%s", err.text);
	db_rollback(db);

	begin_behind(&gate, 0);
	db_rollback(db);
	cr_expect_eq(gate.asked, 0);
	cr_expect_eq(stored(), 2); /* without the gate of before */
	cr_expect_eq(gate.asked, 0);
}

Test(db_gate, who_is_stopped_before_the_gate_is_ended_by_the_server)
{
	struct gate gate = { .wanted = 0 };

	begin_with_little_patience(&gate.counted);
	cr_assert(db_gate(db, has_wanted, &gate, &err), "%s", err.text);
	expect_ended_by_the_server();
}

Test(db_gate, a_connection_may_break_before_the_gate)
{
	struct db *other = connect_once();
	struct gate gate;

	cr_assert(db_script(db, "SET application_name = 'about to break at the gate'", &err), "%s",
		  err.text);
	begin_behind(&gate, 0);
	cr_assert(db_script(other,
			    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
			    "WHERE application_name = 'about to break at the gate'",
			    &err),
		  "%s", err.text);
	while (db_take(&gate.counted, &err) && add(1, "good"))
		;
	cr_expect_eq(err.kind, ERR_RETRY, "%s", err.text);
	db_rollback(db);
	cr_expect(db_is_broken(db));
	db_close(other);
}
