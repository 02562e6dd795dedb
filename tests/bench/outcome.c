/*
 * What an outcome costs cohort-analyzer besides its being received and published on, with whatever
 * lies in the database of outcome.sql: batches of ten outcomes as the handler stores them, after
 * ten of them a look at what they say as the owner's task has it. Processor time of this process
 * and of its Postgres backends.
 *   bench-outcome EARLIER OUTCOMES ROUND
 * EARLIER is what outcome.sql was given. Every other outcome replaces an earlier one, anywhere
 * among them; the others are of contractors who have not voted yet. So nobody's goals grow in
 * number. Prints a JSON object: cpu_ms of one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "evaluate.h"
#include "identity.h"
#include "instant.h"
#include "outcome.h"

#define BATCH 10
#define LOOK_EVERY 10                                /* batches */
#define WARM_UP 200                                  /* batches: plans, and pages in memory */
#define LATEST (INT64_C(1717372800) * US_PER_SECOND) /* 2024-06-03 */
#define CLOCK (LATEST + 365 * US_PER_DAY)
#define STRANGERS \
	INT64_C(1000000000) /* contractors of whom nothing is stored are numbered from here on */

static const struct analyzer_config config = { .constants = { .k = 5 },
					       .confidence = { .publish_step = 1, .every_ms = 1 } };

struct sides {
	struct db *loop, *task;
	int64_t loop_pid, task_pid;
};

static _Noreturn void give_up(const struct err *err)
{
	fprintf(stderr, "bench-outcome: %s\n", err->text);
	exit(EXIT_FAILURE);
}

struct pid_row {
	int64_t pid;
};

static const struct pg_column pid_columns[] = { PG_INT4(struct pid_row, pid), PG_END };
static const struct statement read_pid = { .name = "pid",
					   .sql = "SELECT pg_backend_pid() AS pid",
					   .results = pid_columns,
					   .result_size = sizeof(struct pid_row) };

/* As the runtime connects its loop (by_key), and its task. */
static struct db *connect_as_worker(bool by_key, int64_t *ret_pid)
{
	struct arena arena;
	struct pid_row *rows;
	struct err err = { 0 };
	struct db *db =
		db_connect(&(struct db_options){ .conninfo = getenv("GROWTH_POSTGRES_CONNINFO"),
						 .default_user = "growth_cohort_analyzer",
						 .schema = "cohort_analyzer",
						 .by_key = by_key,
						 .application_name = "bench" },
			   &err);
	size_t count;

	arena_init(&arena);
	if (!db || !db_run(db, &read_pid, NULL, 0, &arena, &rows, &count, &err))
		give_up(&err);
	*ret_pid = rows->pid;
	arena_release(&arena);
	return db;
}

/* Anywhere in an index, as real ones: Knuth's multiplier spreads consecutive numbers. As
 * outcome.sql makes them. */
static struct uuid uuid_of(uint64_t number)
{
	uint32_t place = (uint32_t)(number * UINT64_C(2654435761));
	struct uuid uuid = { 0 };

	for (int i = 0; i < 4; i++)
		uuid.bytes[3 - i] = (unsigned char)(place >> 8 * i);
	for (int i = 0; i < 8; i++)
		uuid.bytes[15 - i] = (unsigned char)(number >> 8 * i);
	return uuid;
}

static void save_batch(struct sides *sides, uint64_t earlier, uint64_t first, struct arena *arena,
		       struct err *err)
{
	struct context ctx = { .db = sides->loop, .config = &config, .arena = arena };
	struct vote *votes = arena_array(arena, struct vote, BATCH);

	for (uint64_t i = 0; i < BATCH; i++) {
		uint64_t number = first + i;
		uint64_t goal = number % 2 ? 1 + number * UINT64_C(2654435761) % earlier
					   : STRANGERS + number;
		unsigned tier = (unsigned)(1 + goal % 9);
		const char *pattern_key =
			arena_printf(arena, "%u>%u/revenue_growth", tier, tier + 1);

		votes[i] = (struct vote){
			.event_id = arena_printf(arena, "bench-%llu", (unsigned long long)number),
			.outcome = {
				.goal_id = uuid_of(goal),
				.voter = voter_of((int64_t)goal, pattern_key),
				.pattern_key = pattern_key,
				.outcome = OUTCOME_COMPLETED,
				.goal_created_at = LATEST - 90 * US_PER_DAY,
				.occurred_at = LATEST + (utc_us)number * US_PER_SECOND,
				.satisfaction = { 4, true },
			},
		};
	}
	if (!db_begin(sides->loop, err) ||
	    !history_save_votes(&ctx, votes, votes_keep_latest(votes, BATCH), err) ||
	    !db_commit(sides->loop, err))
		give_up(err);
}

static void evaluate(struct sides *sides, utc_us clock, struct arena *arena, struct err *err)
{
	struct context ctx = { .db = sides->loop, .config = &config, .arena = arena };
	struct evaluation_job *job;
	struct due_voters *due;

	if (!evaluation_find(&ctx, clock, arena, &job, err))
		give_up(err);
	if (!job)
		give_up(&(struct err){ .text = "nothing is due" });
	if (!evaluation_work(sides->task, job, arena, &due, err) || !db_begin(sides->loop, err) ||
	    !evaluation_finish(&ctx, NULL, job, due, err) || !db_commit(sides->loop, err))
		give_up(err);
	if (due->count < BATCH * LOOK_EVERY * 9 / 10)
		give_up(&(struct err){ .text = "some outcomes were not looked at" });
}

static double seconds(const struct sides *sides)
{
	return process_seconds(getpid()) + process_seconds(sides->loop_pid) +
	       process_seconds(sides->task_pid);
}

int main(int argc, char **argv)
{
	struct sides sides;
	struct arena arena;
	struct err err = { 0 };
	uint64_t earlier, batches, round;
	double start = 0;

	if (argc != 4)
		return EXIT_FAILURE;
	earlier = strtoull(argv[1], NULL, 10);
	batches = strtoull(argv[2], NULL, 10) / BATCH;
	round = strtoull(argv[3], NULL, 10);
	sides.loop = connect_as_worker(true, &sides.loop_pid);
	sides.task = connect_as_worker(false, &sides.task_pid);
	arena_init(&arena);
	for (uint64_t i = 0; i < batches + WARM_UP; i++) {
		uint64_t batch = round * (batches + WARM_UP) + i;

		if (i == WARM_UP)
			start = seconds(&sides);
		save_batch(&sides, earlier, batch * BATCH, &arena, &err);
		if ((i + 1) % LOOK_EVERY == 0)
			evaluate(&sides, CLOCK + (utc_us)batch * US_PER_SECOND, &arena, &err);
		arena_reset(&arena);
	}
	printf("{\"cpu_ms\": %.5f}\n",
	       (seconds(&sides) - start) * 1000 / (double)(batches * BATCH));
	arena_release(&arena);
	db_close(sides.loop);
	db_close(sides.task);
	return EXIT_SUCCESS;
}
