/* What the loop, or an operator's command, must do about a complaint of Postgres's. */
#include <criterion/criterion.h>

#include "db.h"

static const struct {
	const char *name, *sqlstate;
	enum err_kind kind;
} cases[] = {
	{ "no SQLSTATE: the connection", NULL, ERR_RETRY },
	{ "an empty one", "", ERR_RETRY },
	{ "connection lost", "08006", ERR_RETRY },
	{ "serialization failure", "40001", ERR_RETRY },
	{ "deadlock", "40P01", ERR_RETRY },
	{ "disk full", "53100", ERR_RETRY },
	{ "lock not to be had", "55P03", ERR_RETRY },
	{ "database in use", "55006", ERR_RETRY },
	{ "not in the state that is needed", "55000", ERR_FATAL },
	{ "statement cancelled", "57014", ERR_RETRY },
	{ "shutting down", "57P01", ERR_RETRY },
	{ "I/O error", "58030", ERR_RETRY },
	{ "transaction idle for too long", "25P03", ERR_RETRY },
	{ "unique violation: somebody was faster", "23505", ERR_RETRY },
	{ "the row that is referred to is not there yet", "23503", ERR_RETRY },
	{ "check violation", "23514", ERR_POISON },
	{ "number out of range", "22003", ERR_POISON },
	{ "too complex", "54001", ERR_POISON },
	{ "no such table", "42P01", ERR_FATAL },
	{ "not permitted", "42501", ERR_FATAL },
};

Test(sqlstate, every_case_has_its_kind)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(err_kind_of_sqlstate(cases[i].sqlstate), cases[i].kind, "%s: %s",
			     cases[i].name, cases[i].sqlstate ? cases[i].sqlstate : "none");
}
