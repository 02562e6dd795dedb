/*
 * Confidence as outcomes come, through the statements that do it: equal to an independent
 * calculation (oracle/confidence.py) after each of 500 outcomes, and the same to the last bit in
 * whatever way outcomes come.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "database.h"
#include "evaluate.h"
#include "identity.h"
#include "instant.h"
#include "seeded.h"

#define OUTCOMES 500
#define PATTERNS 3
#define CLOSE 1e-9
#define CLOCK (INT64_C(30000) * US_PER_DAY)

/* As in oracle/confidence.py. */
static const struct {
	const char *key;
	int n;
	double c;
} patterns[PATTERNS] = { { "a>b/x", 6, 0.2 }, { "b>c/x", 40, 0.8 }, { "c>d/x", 12, 0.47 } };

struct line {
	struct vote vote;
	double confidence[PATTERNS], expected[PATTERNS];
};

static struct arena arena;
static struct test_database database;
static struct analyzer_config config = { .constants = { .k = 5 },
					 .confidence = { .publish_step = 1, .every_ms = 1 } };
static struct line lines[OUTCOMES];

static struct db *connect_worker(void)
{
	struct err err = { 0 };
	struct db *db = db_connect(&(struct db_options){ .conninfo = database.conninfo,
							 .default_user = "growth_cohort_analyzer",
							 .schema = "cohort_analyzer",
							 .by_key = true,
							 .application_name = "test" },
				   &err);

	cr_assert(db, "%s", err.text);
	return db;
}

static void read_lines(void)
{
	FILE *file = fopen(TEST_SOURCE_DIR "/tests/data/confidence.txt", "r");

	cr_assert(file, "no data");
	for (int i = 0; i < OUTCOMES; i++) {
		char id[16], outcome[16], rating[4], impact[16], goal[16], voter[16];
		long long created, occurred;
		struct line *line = &lines[i];
		int pattern;

		cr_assert_eq(fscanf(file, "%15s %15s %15s %d %15s %lld %lld %3s %15s", id, goal,
				    voter, &pattern, outcome, &created, &occurred, rating, impact),
			     9);
		line->vote = (struct vote){
			.event_id = arena_strdup(&arena, id),
			.outcome = {
				.goal_id = identity("goal", goal, NULL),
				.voter = identity("voter", voter, NULL),
				.pattern_key = patterns[pattern].key,
				.outcome = (enum goal_outcome)name_index(
					outcome_recorded_outcome_names, outcome),
				.goal_created_at = created,
				.occurred_at = occurred,
				.satisfaction = { rating[0] - '0', rating[0] != '-' },
				.revenue_impact = impact[0] == '-'
							  ? IMPACT_ABSENT
							  : (enum revenue_impact)name_index(
								    revenue_impact_names, impact),
			},
		};
		for (int p = 0; p < PATTERNS; p++)
			cr_assert_eq(
				fscanf(file, "%lf %lf", &line->confidence[p], &line->expected[p]),
				2);
	}
	fclose(file);
}

static void add_patterns(void)
{
	for (int p = 0; p < PATTERNS; p++)
		test_script(
			database.admin,
			arena_printf(&arena,
				     "INSERT INTO business_growth_patterns (pattern_key, version, "
				     "from_revenue_tier, to_revenue_tier, pattern_name, as_of, "
				     "sample_size, confidence, expected_success, consistency) "
				     "VALUES ('%s', 1, 'a', 'b', 'c', '2022-01-01 UTC', %d, 0.1, "
				     "0.1, %.17g)",
				     patterns[p].key, patterns[p].n, patterns[p].c));
}

static void set_up(void)
{
	arena_init(&arena);
	test_database_create(&database);
	read_lines();
	add_patterns();
}

static void tear_down(void)
{
	test_database_drop(&database);
	arena_release(&arena);
}

TestSuite(confidence, .init = set_up, .fini = tear_down);

/* A batch as the loop runs one. */
static void save_votes(struct db *db, const struct vote *given, size_t count)
{
	struct context ctx = { .db = db, .config = &config, .arena = &arena };
	struct vote *votes = arena_memdup(&arena, given, count * sizeof(*given));
	struct err err = { 0 };

	cr_assert(db_begin(db, &err) &&
			  history_save_votes(&ctx, votes, votes_keep_latest(votes, count), &err) &&
			  db_commit(db, &err),
		  "%s", err.text);
}

/* Late enough for the next look. */
static utc_us later(void)
{
	static utc_us now = CLOCK;

	return now += 1000;
}

/* A look as the task has one. */
static struct evaluation_job *look(struct db *db, utc_us clock)
{
	struct context ctx = { .db = db, .config = &config, .arena = &arena };
	struct evaluation_job *job;
	struct err err = { 0 };

	cr_assert(evaluation_find(&ctx, clock, &arena, &job, &err), "%s", err.text);
	return job;
}

static struct due_voters *work(struct db *db, const struct evaluation_job *job)
{
	struct due_voters *due;
	struct err err = { 0 };

	cr_assert(evaluation_work(db, job, &arena, &due, &err), "%s", err.text);
	return due;
}

static void finish(struct db *db, struct evaluation_job *job, const struct due_voters *due)
{
	struct context ctx = { .db = db, .config = &config, .arena = &arena };
	struct err err = { 0 };

	cr_assert(db_begin(db, &err) && evaluation_finish(&ctx, NULL, job, due, &err) &&
			  db_commit(db, &err),
		  "%s", err.text);
}

/* Until nothing is due. */
static void evaluate(struct db *db)
{
	struct evaluation_job *job;
	int looks = 0;

	while ((job = look(db, later()))) {
		finish(db, job, work(db, job));
		cr_assert_lt(++looks, 10, "there is always something due");
	}
}

static struct pg_column figures_columns[] = { PG_FLOAT8(struct confidence, score),
					      PG_FLOAT8(struct confidence, expected),
					      PG_FLOAT8(struct confidence, alpha),
					      PG_FLOAT8(struct confidence, beta), PG_END };
static const struct statement read_figures = {
	.name = "read_figures",
	.sql = "SELECT confidence AS score, expected_success AS expected, alpha, beta FROM "
	       "pattern_evidence ORDER BY pattern_key",
	.results = figures_columns,
	.result_size = sizeof(struct confidence),
};

static struct confidence *figures(struct db *db)
{
	struct confidence *rows;
	struct err err = { 0 };
	size_t count;

	cr_assert(db_run(db, &read_figures, NULL, 0, &arena, &rows, &count, &err), "%s", err.text);
	cr_assert_eq(count, PATTERNS);
	return rows;
}

static void expect_line(struct db *db, int line)
{
	const struct confidence *found = figures(db);

	for (int p = 0; p < PATTERNS; p++) {
		cr_assert(fabs(found[p].score - lines[line].confidence[p]) < CLOSE,
			  "outcome %d, %s: confidence %.12f is not %.12f", line, patterns[p].key,
			  found[p].score, lines[line].confidence[p]);
		cr_assert(fabs(found[p].expected - lines[line].expected[p]) < CLOSE,
			  "outcome %d, %s: expected success %.12f is not %.12f", line,
			  patterns[p].key, found[p].expected, lines[line].expected[p]);
	}
}

Test(confidence, day6_unrounded_confidence_after_each_of_500_outcomes)
{
	struct db *db = connect_worker();

	for (int i = 0; i < OUTCOMES; i++) {
		save_votes(db, &lines[i].vote, 1);
		evaluate(db);
		expect_line(db, i);
	}
	db_close(db);
}

/* Outcomes twice and in any order, in batches of any size, of two instances; looked at now and
 * then, by an owner who sometimes dies between reading and storing, or is late. */
static void disturb(struct seeded *random, struct db *const *instances)
{
	struct vote votes[2 * OUTCOMES];
	struct evaluation_job *late_job = NULL;
	struct due_voters *late = NULL;

	for (size_t i = 0; i < 2 * OUTCOMES; i++) {
		size_t at = (size_t)seeded_below(random, (int)i + 1);

		votes[i] = votes[at];
		votes[at] = lines[i / 2].vote;
	}
	for (size_t i = 0; i < 2 * OUTCOMES;) {
		size_t count = 1 + (size_t)seeded_below(random, 40);
		struct db *db = instances[seeded_below(random, 2)];
		struct evaluation_job *job;

		count = count < 2 * OUTCOMES - i ? count : 2 * OUTCOMES - i;
		job = look(db, later());
		if (job && seeded_below(random, 2)) {
			struct due_voters *due = work(db, job);

			save_votes(instances[seeded_below(random, 2)], &votes[i], count);
			if (late && seeded_below(random, 2))
				finish(db, late_job, late);
			if (seeded_below(random, 3))
				finish(db, job, due);
			late_job = job;
			late = due;
		} else {
			save_votes(db, &votes[i], count);
		}
		i += count;
	}
}

Test(confidence, day6_is_the_same_however_outcomes_come)
{
	struct seeded random = seeded_start("day6_is_the_same_however_outcomes_come");
	struct db *instances[] = { connect_worker(), connect_worker() };
	struct confidence first[PATTERNS];

	for (int round = 0; round < 12; round++) {
		const struct confidence *found;

		test_script(
			database.admin,
			"TRUNCATE pattern_votes, cohort_analyzer.pattern_voters, "
			"cohort_analyzer.due_voters, cohort_analyzer.pattern_evidence, cohort_analyzer.evaluation");
		disturb(&random, instances);
		evaluate(instances[0]);
		expect_line(instances[0], OUTCOMES - 1);
		found = figures(instances[0]);
		if (round == 0)
			memcpy(first, found, sizeof(first));
		cr_expect_arr_eq(found, first, sizeof(first), "round %d differs", round);
	}
	db_close(instances[0]);
	db_close(instances[1]);
}

static struct pg_column count_columns[] = { PG_INT8(struct optional_int, value), PG_END };

/* Every name once a connection. */
static int64_t number(struct db *db, const char *name, const char *sql)
{
	struct statement *statement = arena_new(&arena, struct statement);
	struct err err = { 0 };
	int64_t *rows;
	size_t count;

	*statement = (struct statement){
		.name = name, .sql = sql, .results = count_columns, .result_size = sizeof(int64_t)
	};
	cr_assert(db_run(db, statement, NULL, 0, &arena, &rows, &count, &err), "%s", err.text);
	return rows[0];
}

Test(confidence, an_outcome_from_the_future_waits_for_the_clock)
{
	struct db *db = connect_worker();
	struct vote vote = lines[0].vote;

	vote.outcome.outcome = OUTCOME_COMPLETED;
	vote.outcome.goal_created_at = CLOCK - US_PER_DAY;
	vote.outcome.occurred_at = CLOCK + US_PER_DAY;
	save_votes(db, &lines[1].vote, 1);
	save_votes(db, &vote, 1);
	evaluate(db);
	cr_expect_eq(
		number(db, "voters", "SELECT sum(voters)::bigint AS value FROM pattern_evidence"),
		0);
	cr_expect_eq(number(db, "waits",
			    "SELECT count(*) AS value FROM evaluation WHERE as_of < "
			    "'2030-01-01'"),
		     1);

	struct evaluation_job *job = look(db, vote.outcome.occurred_at);

	cr_assert(job);
	finish(db, job, work(db, job));
	cr_expect_eq(
		number(db, "counted", "SELECT sum(voters)::bigint AS value FROM pattern_evidence"),
		2, "the other one is silent for 180 days by then");
	db_close(db);
}

/* Positions that say how many outcomes are in, as batches leave them. */
static void save_votes_at(struct db *db, const struct vote *votes, size_t count,
			  int64_t next_offset)
{
	save_votes(db, votes, count);
	test_script(
		database.admin,
		arena_printf(&arena,
			     "INSERT INTO cohort_analyzer.positions (topic, partition, "
			     "next_offset, epoch, sequence) VALUES ('outcome.recorded', 0, %lld, "
			     "1, 1) ON CONFLICT (topic, partition) DO UPDATE SET next_offset = "
			     "excluded.next_offset",
			     (long long)next_offset));
}

/* Every figure, to the last bit. */
static struct confidence *evaluated_figures(struct db *db, utc_us as_of)
{
	test_script(
		database.admin,
		arena_printf(
			&arena,
			"INSERT INTO cohort_analyzer.asked_evaluations SELECT coalesce(max(number), "
			"0) + 1, timestamptz 'epoch' + %lld * interval '1 us' FROM "
			"cohort_analyzer.asked_evaluations",
			(long long)as_of));
	config.confidence.every_ms = 0;
	evaluate(db);
	config.confidence.every_ms = 1;
	return figures(db);
}

/*
 * Who was marked while a look was under way is in it as he was in its snapshot, and in the next one
 * as he is then: so what a look comes to follows from its positions, and a look that is asked for
 * as of the same time, with what came up to there, comes to the same.
 */
Test(confidence, a_look_is_what_was_known_at_its_positions)
{
	struct db *db = connect_worker();
	struct confidence first[PATTERNS];
	struct evaluation_job *job;
	struct due_voters *due;

	save_votes_at(db, &lines[0].vote, 1, 1);
	evaluate(db);
	for (int i = 1; i < 300; i++)
		save_votes(db, &lines[i].vote, 1);
	save_votes_at(db, &lines[0].vote, 1, 300);
	job = look(db, later());
	cr_assert(job);
	due = work(db, job);
	cr_expect(strstr(due->inputs, "300"), "%s", due->inputs);
	for (int i = 300; i < OUTCOMES; i++)
		save_votes(db, &lines[i].vote, 1);
	save_votes_at(db, &lines[0].vote, 1, OUTCOMES);
	finish(db, job, due);
	memcpy(first, figures(db), sizeof(first));
	cr_expect_eq(number(db, "noted",
			    "SELECT (inputs->0->>'next_offset')::bigint AS value FROM evaluation"),
		     300);
	evaluate(db);
	expect_line(db, OUTCOMES - 1);

	test_script(database.admin, "TRUNCATE pattern_votes, cohort_analyzer.pattern_voters, "
				    "cohort_analyzer.due_voters, cohort_analyzer.pattern_evidence, "
				    "cohort_analyzer.evaluation");
	for (int i = 0; i < 300; i++)
		save_votes(db, &lines[i].vote, 1);
	cr_expect_arr_eq(evaluated_figures(db, job->as_of), first, sizeof(first));
	cr_expect_eq(number(db, "asked", "SELECT asked AS value FROM evaluation"), 1);
	cr_expect_eq(number(db, "published", "SELECT count(*) AS value FROM evaluations"), 0);
	db_close(db);
}

Test(confidence, who_is_erased_leaves_the_sums_and_nothing_else)
{
	struct db *db = connect_worker();
	struct context ctx = { .db = db, .config = &config, .arena = &arena };
	struct err err = { 0 };
	struct message message = { .contractor_id = 7 };
	struct message *messages[] = { &message };
	struct batch batch = { .messages = messages, .count = 1 };
	struct vote vote = lines[0].vote;

	vote.outcome.outcome = OUTCOME_ABANDONED;
	vote.outcome.voter = identity("voter", "7", vote.outcome.pattern_key, NULL);
	save_votes(db, &vote, 1);
	evaluate(db);
	cr_expect_eq(
		number(db, "before", "SELECT sum(voters)::bigint AS value FROM pattern_evidence"),
		1);
	cr_assert(db_begin(db, &err) && history_erase(&ctx, &batch, &err) && db_commit(db, &err),
		  "%s", err.text);
	evaluate(db);
	cr_expect_eq(number(db, "after",
			    "SELECT count(*) AS value FROM pattern_evidence WHERE good <> 0 OR "
			    "bad <> 0 OR voters <> 0"),
		     0);
	cr_expect_eq(number(db, "left",
			    "SELECT (SELECT count(*) FROM pattern_voters) + (SELECT count(*) FROM "
			    "due_voters) AS value"),
		     0);
	db_close(db);
}
