/* What was stored with a newer library than the one in hand waits for it, unless it can never
 * come. */
#include <criterion/criterion.h>

#include "batch_run.h"
#include "worker.h"

static const struct library library = { .number = 10 };

static bool reaches(struct runner *runner, int64_t snapshot, struct err *err)
{
	struct batch_run run = { .runner = runner };
	struct context ctx = { .run = &run, .library = &library };

	runner->library = &library;
	return library_reaches(&ctx, snapshot, err);
}

Test(library_reaches, what_is_there_is_not_waited_for)
{
	struct runner runner = { .snapshot_end = INT64_MAX };
	struct err err = { 0 };

	cr_expect(reaches(&runner, 0, &err) && reaches(&runner, 10, &err));
	cr_expect_eq(runner.needed_snapshot, 0);
}

Test(library_reaches, the_newest_is_waited_for)
{
	struct runner runner = { .snapshot_end = INT64_MAX };
	struct err err = { 0 };

	cr_expect_not(reaches(&runner, 12, &err));
	cr_expect_eq(err.kind, ERR_NONE);
	cr_expect_not(reaches(&runner, 11, &err));
	cr_expect_eq(runner.needed_snapshot, 12);
}

Test(library_reaches, what_no_topic_has_is_not)
{
	struct runner runner = { .snapshot_end = 11 };
	struct err err = { 0 };

	cr_expect(reaches(&runner, 12, &err));
	cr_expect_not(reaches(&runner, 11, &err));
	cr_expect_eq(runner.needed_snapshot, 11);
}
