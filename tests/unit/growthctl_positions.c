/* What an operator types about positions, and what a move of one writes. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_positions.h"
#include "instant.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(positions, .init = begin, .fini = end);

/* ---- what stands on the command line ---- */

Test(positions, topics_and_partitions_are_selected)
{
	struct selection all, some;
	struct err err = { 0 };

	cr_assert(selection_parse("dev.action.recorded", "dev.", &arena, &all, &err), "%s",
		  err.text);
	cr_expect_str_eq(all.topic, "action.recorded");
	cr_expect(selection_has(&all, "action.recorded", 11));
	cr_expect_not(selection_has(&all, "goal.created", 11));
	cr_assert(selection_parse("action.recorded:0,12", "dev.", &arena, &some, &err), "%s",
		  err.text);
	cr_expect(selection_has(&some, "action.recorded", 0));
	cr_expect(selection_has(&some, "action.recorded", 12));
	cr_expect_not(selection_has(&some, "action.recorded", 1));
}

Test(positions, selections_that_are_none_are_refused)
{
	static const char *const bad[] = { "",     ":",     ":0",   "t:",     "t:,",
					   "t:0,", "t:0,x", "t:-1", "t:0 ,1", "t:4294967296" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct selection selection;
		struct err err = { 0 };

		cr_expect_not(selection_parse(bad[i], "", &arena, &selection, &err),
			      "'%s' was taken", bad[i]);
		cr_expect_eq(err.kind, ERR_USAGE);
	}
}

Test(positions, times_are_utc_unless_they_say_otherwise)
{
	utc_us plain = 0, zoned = 0, midnight = 0, date = 0, wrong = 0;

	cr_assert(time_parse("2024-05-01T08:00:00.250", &plain));
	cr_assert(time_parse("2024-05-01T10:00:00.250+02:00", &zoned));
	cr_expect_eq(plain, zoned);
	cr_assert(time_parse("2024-05-01T00:00:00Z", &midnight));
	cr_assert(time_parse("2024-05-01", &date));
	cr_expect_eq(date, midnight);
	cr_expect_not(time_parse("2024-05-32", &wrong));
	cr_expect_not(time_parse("yesterday", &wrong));
	cr_expect_not(time_parse("10 letters", &wrong));
	cr_expect_not(time_parse("", &wrong));
}

Test(positions, durations_are_those_of_iso_8601)
{
	static const struct {
		const char *text;
		int64_t us; /* -1: none */
	} cases[] = {
		{ "P7D", 7 * US_PER_DAY },
		{ "PT1H30M", 5400 * US_PER_SECOND },
		{ "P1DT0.5S", US_PER_DAY + US_PER_SECOND / 2 },
		{ "PT2M", 120 * US_PER_SECOND },
		{ "P0D", 0 },
		{ "", -1 },
		{ "7D", -1 },
		{ "P", -1 },
		{ "PT", -1 },
		{ "P1DT", -1 },
		{ "P1H", -1 },
		{ "PT1M1H", -1 },
		{ "PT1H1H", -1 },
		{ "PT0.5H", -1 },
		{ "P-1D", -1 },
		{ "P99999999D", -1 },
		{ "PT1S ", -1 },
		{ "P1M", -1 }, /* a month is no duration */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t us = -1;
		bool ok = target_parse_duration(cases[i].text, &us);

		cr_expect_eq(ok, cases[i].us >= 0, "'%s'", cases[i].text);
		cr_expect(!ok || us == cases[i].us, "'%s' is %lld", cases[i].text, (long long)us);
	}
}

Test(positions, lines_of_csv_are_those_of_kafka_consumer_groups)
{
	static const char *const bad[] = { "",        "t",       "t,0",       ",0,5",
					   "t,0,5,6", "t,x,5",   "t,0,",      "t,0,-5",
					   "t,0, 5",  "g,t,0,5", "\"t\",0,5x" };
	struct log_place line;
	struct err err = { 0 };

	cr_assert(csv_parse("dev.action.recorded,3,1200\r\n", "dev.", &arena, &line, &err), "%s",
		  err.text);
	cr_expect_str_eq(line.topic, "action.recorded");
	cr_expect_eq(line.partition, 3);
	cr_expect_eq(line.offset, 1200);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_not(csv_parse(bad[i], "", &arena, &line, &err), "'%s' was taken", bad[i]);
}

/* ---- which move is legal, and what it writes ---- */

#define SOME(number) \
	{ \
		number, true \
	}
#define ROW(offset, sequence_) \
	.topic = "t", .stored = true, .next_offset = (offset), .sequence = (sequence_), .epoch = 3
#define COMMIT(offset, sequence_) \
	.committed = true, .committed_offset = (offset), .published = SOME(sequence_)
#define STRANGERS(offset) .committed = true, .committed_offset = (offset)
#define LOG(start, end_) .log_start = (start), .log_end = (end_)
#define OUTBOX(first_, last_) .first = SOME(first_), .last = SOME(last_)

static const struct {
	const char *name;
	struct position from;
	struct target target;
	int64_t found;
	struct optional_int published;
	struct move move;
	const char *refused; /* part of the reason */
} cases[] = {
	{ "back to the start: kept sequence, all is published",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_EARLIEST },
	  .move = { .next_offset = 10, .sequence = 7, .published = 7 } },
	{ "rows that Kafka does not have stay above what is committed",
	  { ROW(50, 9), COMMIT(40, 7), LOG(10, 90), OUTBOX(8, 9) },
	  { .kind = TARGET_LATEST },
	  .move = { .next_offset = 90, .sequence = 9, .published = 7 } },
	{ "what fits is left where it is",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_CURRENT },
	  .move = { .nothing = true, .next_offset = 50, .sequence = 7, .published = 7 } },
	{ "what starts is left, too",
	  { .topic = "t", LOG(10, 90), .word = POSITION_STARTS },
	  { .kind = TARGET_CURRENT },
	  .move = { .nothing = true, .next_offset = 10 } },
	{ "what starts may start elsewhere",
	  { .topic = "t", LOG(10, 90), .word = POSITION_STARTS },
	  { .kind = TARGET_LATEST },
	  .move = { .next_offset = 90 } },
	{ "the log no longer has it: Postgres alone",
	  { ROW(5, 7), COMMIT(5, 7), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_EARLIEST },
	  .move = { .next_offset = 10, .sequence = 7, .published = 7, .may_be_live = true } },
	{ "nor is it moved to where nothing is",
	  { ROW(5, 7), COMMIT(5, 7), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .refused = "offset 5 is not in the log, which has 10 to 90" },
	{ "a restored database: above what Kafka has",
	  { ROW(50, 7), COMMIT(80, 12), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .move = { .next_offset = 50, .sequence = 12, .published = 12, .may_be_live = true } },
	{ "the row is lost, the outbox is not: above it",
	  { .topic = "t", COMMIT(80, 12), LOG(10, 90), OUTBOX(13, 14), .word = POSITION_STOPPED },
	  { .kind = TARGET_COMMITTED },
	  .move = { .next_offset = 80, .sequence = 14, .published = 12, .may_be_live = true } },
	{ "without a row there is no current place",
	  { .topic = "t", COMMIT(80, 12), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .refused = "Postgres has no position" },
	{ "nor one to shift from",
	  { .topic = "t", COMMIT(80, 12), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_SHIFT, .number = -1 },
	  .refused = "Postgres has no position" },
	{ "a lost group with an empty outbox: all is published",
	  { ROW(50, 7), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .move = { .next_offset = 50, .sequence = 7, .published = 7, .needs_commit = true } },
	{ "a lost group with rows: what the topics show",
	  { ROW(50, 9), LOG(10, 90), OUTBOX(7, 9), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .published = SOME(7),
	  .move = { .next_offset = 50, .sequence = 9, .published = 7, .needs_commit = true } },
	{ "a lost group with rows, of which nobody knows: never guessed",
	  { ROW(50, 9), LOG(10, 90), OUTBOX(7, 9), .word = POSITION_STOPPED },
	  { .kind = TARGET_CURRENT },
	  .refused = "not known which outbox rows are in Kafka" },
	{ "a lost group has no committed offset",
	  { ROW(50, 7), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_COMMITTED },
	  .refused = "no committed offset" },
	{ "a foreign reset, taken as it was meant",
	  { ROW(50, 7), STRANGERS(20), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_COMMITTED },
	  .move = { .next_offset = 20, .sequence = 7, .published = 7, .needs_commit = true } },
	{ "a foreign commit where nothing was ever done",
	  { .topic = "t", STRANGERS(20), LOG(10, 90), .word = POSITION_STOPPED },
	  { .kind = TARGET_EARLIEST },
	  .move = { .next_offset = 10, .needs_commit = true } },
	{ "a shift",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_SHIFT, .number = -15 },
	  .move = { .next_offset = 35, .sequence = 7, .published = 7 } },
	{ "a shift out of the log",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_SHIFT, .number = -41 },
	  .refused = "offset 9 is not in the log" },
	{ "an offset",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_OFFSET, .number = 90 },
	  .move = { .next_offset = 90, .sequence = 7, .published = 7 } },
	{ "an offset behind the end",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_OFFSET, .number = 91 },
	  .refused = "offset 91 is not in the log" },
	{ "a time or a file",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_TIME, .number = 1 },
	  .found = 33,
	  .move = { .next_offset = 33, .sequence = 7, .published = 7 } },
	{ "only back, and back it is",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_TIME, .number = 1, .only_back = true },
	  .found = 33,
	  .move = { .next_offset = 33, .sequence = 7, .published = 7 } },
	{ "only back, so what is not handled yet is not left out",
	  { ROW(50, 7), COMMIT(50, 7), LOG(10, 90) },
	  { .kind = TARGET_TIME, .number = 1, .only_back = true },
	  .found = 90,
	  .move = { .nothing = true, .next_offset = 50 } },
	{ "nor where nothing is handled yet",
	  { .topic = "t", LOG(10, 90), .word = POSITION_STARTS },
	  { .kind = TARGET_TIME, .number = 1, .only_back = true },
	  .found = 33,
	  .move = { .nothing = true } },
	{ "nor where it is stopped: that is another decision",
	  { ROW(5, 7), COMMIT(5, 7), LOG(10, 90), .word = POSITION_STOPPED, .reason = "gone" },
	  { .kind = TARGET_EARLIEST, .only_back = true },
	  .refused = "is stopped (gone): growthctl positions move decides" },
	{ "offset 0 is the log's start, wherever that is",
	  { ROW(0, 7), COMMIT(0, 7), LOG(10, 90) },
	  { .kind = TARGET_SHIFT, .number = 5 },
	  .move = { .next_offset = 15, .sequence = 7, .published = 7 } },
};

static void compare(const char *name, const struct move *move, const struct move *wanted)
{
	cr_expect_eq(move->nothing, wanted->nothing, "%s: nothing", name);
	cr_expect_eq(move->next_offset, wanted->next_offset, "%s: offset %lld", name,
		     (long long)move->next_offset);
	cr_expect_eq(move->sequence, wanted->sequence, "%s: sequence %lld", name,
		     (long long)move->sequence);
	cr_expect_eq(move->published, wanted->published, "%s: published %lld", name,
		     (long long)move->published);
	cr_expect_eq(move->needs_commit, wanted->needs_commit, "%s: needs_commit", name);
	cr_expect_eq(move->may_be_live, wanted->may_be_live, "%s: may_be_live", name);
}

Test(positions, every_case_has_its_move)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct move move = { 0 };
		struct err err = { 0 };
		bool ok = move_decide(&cases[i].from, &cases[i].target, cases[i].found,
				      cases[i].published, &move, &err);

		cr_expect_eq(ok, cases[i].refused == NULL, "%s: %s", cases[i].name, err.text);
		if (ok)
			compare(cases[i].name, &move, &cases[i].move);
		else
			cr_expect(strstr(err.text, cases[i].refused), "%s: \"%s\"", cases[i].name,
				  err.text);
		/* That would say that the configuration is wrong (exit code 78). */
		cr_expect_neq(err.kind, ERR_USAGE, "%s: a fault of the configuration",
			      cases[i].name);
	}
}

/* Whatever the case: no row is taken for published that is not, and no later one either. */
Test(positions, no_move_lowers_a_sequence_or_raises_what_is_published)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct position *from = &cases[i].from;
		struct move move = { 0 };
		struct err err = { 0 };

		if (!move_decide(from, &cases[i].target, cases[i].found, cases[i].published, &move,
				 &err) ||
		    move.nothing)
			continue;
		cr_expect_geq(move.sequence, from->sequence, "%s", cases[i].name);
		cr_expect_geq(move.sequence, move.published, "%s", cases[i].name);
		cr_expect(!from->last.present || move.sequence >= from->last.value, "%s",
			  cases[i].name);
		cr_expect(!from->published.present || move.published == from->published.value, "%s",
			  cases[i].name);
	}
}

Test(positions, a_move_says_what_it_means)
{
	struct position from = { ROW(50, 7), LOG(10, 90) };
	struct move move = { .from = &from };
	static const struct {
		int64_t from, to, again;
		const char *text;
	} moves[] = {
		{ 50, 20, 30, "handles 30 offsets again" },
		{ 50, 60, 0, "leaves out 10 offsets that were not handled" },
		{ 50, 50, 0, "stays where it is" },
		{ 5, 10, 0, "leaves out 5 offsets that were not handled, 5 of them gone" },
		{ 1000, 90, 0, "goes back behind the end of the log, by 910" },
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		from.next_offset = moves[i].from;
		move.next_offset = moves[i].to;
		cr_expect_str_eq(move_say(&move, &arena), moves[i].text);
		cr_expect_eq(move_again(&move), moves[i].again);
	}
}

Test(positions, a_verdict_in_words)
{
	struct position position = { ROW(50, 7), COMMIT(50, 5), LOG(10, 90), .waiting = 2 };

	cr_expect_str_eq(position_say(&position, &arena), "fits, 2 batches to publish");
	cr_expect_eq(position_lag(&position), 40);
	position.word = POSITION_STOPPED;
	position.reason = "because";
	cr_expect_str_eq(position_say(&position, &arena), "stopped: because");
	position = (struct position){ LOG(10, 90), .word = POSITION_STARTS };
	cr_expect_str_eq(position_say(&position, &arena), "starts at the log's start");
	cr_expect_eq(position_lag(&position), 80);
}
