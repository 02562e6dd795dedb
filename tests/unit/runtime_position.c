/* Two positions, one decision: every combination of what Postgres and Kafka can say. */
#include <criterion/criterion.h>

#include "position_decide.h"

#define SEQ(n) "growth;sequence=" #n

static const struct {
	const char *name;
	struct stored_position stored;
	bool committed;
	const char *metadata;
	enum position_verdict verdict;
	int64_t published;
	const char *reason;
} cases[] = {
	{ "nothing anywhere", { 0 }, false, NULL, POSITION_START, 0, "" },
	{ "a row that never had a batch", { true, 0, 0 }, false, NULL, POSITION_START, 0, "" },
	{ "the first commit is there, the row's transaction was lost",
	  { 0 },
	  true,
	  SEQ(0),
	  POSITION_START,
	  0,
	  "" },
	{ "both at the same batch", { true, 7, 70 }, true, SEQ(7), POSITION_CONTINUE, 7, "" },
	{ "outputs are behind", { true, 9, 90 }, true, SEQ(7), POSITION_CONTINUE, 7, "" },
	{ "batches but no commit",
	  { true, 3, 30 },
	  false,
	  NULL,
	  POSITION_STOP,
	  0,
	  "no committed offset" },
	{ "a commit by another tool", { true, 3, 30 }, true, "", POSITION_STOP, 0, "another tool" },
	{ "metadata that only begins like ours",
	  { true, 3, 30 },
	  true,
	  SEQ(3) "x",
	  POSITION_STOP,
	  0,
	  "another tool" },
	{ "a commit without a row", { 0 }, true, SEQ(4), POSITION_STOP, 4, "right database" },
	{ "outputs ahead of state",
	  { true, 3, 30 },
	  true,
	  SEQ(4),
	  POSITION_STOP,
	  4,
	  "earlier state" },
};

Test(position, decides_every_case)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct committed_position committed = {
			.present = cases[i].committed,
			.offset = 40,
			.metadata = cases[i].metadata,
			.metadata_length = cases[i].metadata ? strlen(cases[i].metadata) : 0
		};
		struct err err = { 0 };
		int64_t published;
		enum position_verdict verdict =
			position_decide(&cases[i].stored, &committed, &published, &err);

		cr_expect_eq((int)verdict, (int)cases[i].verdict, "%s: verdict %d", cases[i].name,
			     (int)verdict);
		cr_expect_eq(published, cases[i].published, "%s: published %lld", cases[i].name,
			     (long long)published);
		cr_expect(strstr(err.text, cases[i].reason), "%s: \"%s\"", cases[i].name, err.text);
	}
}

static const struct {
	const char *name;
	struct stored_position stored;
	int64_t start, end;
	const char *reason; /* NULL: the log has it */
} logs[] = {
	{ "no row: the log's start", { 0 }, 10, 90, NULL },
	{ "offset 0 is the log's start, wherever that is", { true, 3, 0 }, 10, 90, NULL },
	{ "the first offset", { true, 3, 10 }, 10, 90, NULL },
	{ "the end", { true, 3, 90 }, 10, 90, NULL },
	{ "before the first", { true, 3, 9 }, 10, 90, "no longer has offset 9" },
	{ "beyond the end", { true, 3, 91 }, 10, 90, "does not have offset 91" },
};

Test(position, is_compared_with_the_log)
{
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct err err = { 0 };
		bool has = position_check_log(&logs[i].stored, logs[i].start, logs[i].end, &err);

		cr_expect_eq(has, logs[i].reason == NULL, "%s", logs[i].name);
		cr_expect(has || strstr(err.text, logs[i].reason), "%s: \"%s\"", logs[i].name,
			  err.text);
	}
}

Test(position, is_compared_with_the_patterns)
{
	struct err err = { 0 };

	cr_expect(position_check_patterns(0, 0, &err));
	cr_expect(position_check_patterns(5, 5, &err));
	cr_expect_not(position_check_patterns(6, 5, &err));
	cr_expect(strstr(err.text, "the pattern topic ends at 5"), "%s", err.text);
}
