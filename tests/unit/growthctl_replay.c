/* Where a replay begins and ends, where it stops for recalculations, and what may not overtake an
 * erasure. */
#include <criterion/criterion.h>

#include "decide_replay.h"
#include "decide_replay_order.h"
#include "instant.h"

static struct arena arena;
static struct replay_order order;

static void set_up(void)
{
	arena_init(&arena);
	order = (struct replay_order){ 0 };
}

static void tear_down(void)
{
	replay_order_release(&order);
	arena_release(&arena);
}

TestSuite(replay, .init = set_up, .fini = tear_down);

/* ---- bounds ---- */

static const struct {
	const char *text;
	bool fine, given;
	size_t places;
} bounds[] = {
	{ "earliest", true, false, 0 },
	{ "latest", false, false, 0 },
	{ "2024-05-01T08:00:00", true, true, 0 },
	{ "2024-05-01", true, true, 0 },
	{ "contractor.updated:0:12", true, true, 1 },
	{ "contractor.updated:0:12,action.recorded:3:0", true, true, 2 },
	{ "", false, false, 0 },
	{ "yesterday", false, false, 0 },
	{ "contractor.updated", false, false, 0 },
	{ "contractor.updated:0", false, false, 0 },
	{ "contractor.updated:0:-1", false, false, 0 },
	{ "contractor.updated:x:1", false, false, 0 },
	{ ":0:1", false, false, 0 },
	{ "contractor.updated:0:1,,action.recorded:0:1", false, false, 0 },
};

Test(replay, a_bound_is_a_time_or_offsets)
{
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		struct replay_bound bound = { 0 };
		bool fine = replay_bound_parse(bounds[i].text, "earliest", &arena, &bound);

		cr_expect_eq(fine, bounds[i].fine, "%s", bounds[i].text);
		cr_expect_eq(bound.given, bounds[i].given, "%s", bounds[i].text);
		cr_expect_eq(bound.places.count, bounds[i].places, "%s", bounds[i].text);
	}
}

Test(replay, partitions_that_are_not_named_have_the_whole_log)
{
	struct replay_bound bound;

	cr_assert(replay_bound_parse("action.recorded:1:7", "earliest", &arena, &bound));
	cr_expect_eq(replay_bound_offset(&bound, "action.recorded", 1, 3), 7);
	cr_expect_eq(replay_bound_offset(&bound, "action.recorded", 0, 3), 3);
	cr_expect_eq(replay_bound_offset(&bound, "goal.created", 1, 3), 3);
}

/* ---- steps ---- */

#define PARTITIONS 2 /* of the first is recorded how far it was, of the second it is guessed */
#define STEPS 3

struct plan_case {
	const char *name;
	int64_t begins[PARTITIONS], ends[PARTITIONS];
	int64_t until[STEPS][PARTITIONS]; /* the last is the end */
	size_t steps;
	int64_t wanted[STEPS][PARTITIONS];
};

static const struct plan_case plans[] = {
	{ "all of it",
	  { 0, 0 },
	  { 100, 50 },
	  { { 40, 10 }, { 80, 30 } },
	  3,
	  { { 40, 10 }, { 80, 30 }, { 100, 50 } } },
	{ "a guess beyond the end is the end",
	  { 0, 0 },
	  { 100, 50 },
	  { { 40, 60 }, { 80, 60 } },
	  3,
	  { { 40, 50 }, { 80, 50 }, { 100, 50 } } },
	{ "no partition goes back",
	  { 0, 0 },
	  { 100, 50 },
	  { { 80, 30 }, { 40, 10 } },
	  3,
	  { { 80, 30 }, { 80, 30 }, { 100, 50 } } },
	{ "ends before the second",
	  { 0, 0 },
	  { 60, 50 },
	  { { 40, 10 }, { 80, 30 } },
	  2,
	  { { 40, 10 }, { 60, 50 } } },
	{ "begins after the first",
	  { 40, 5 },
	  { 100, 50 },
	  { { 40, 10 }, { 80, 30 } },
	  2,
	  { { 80, 30 }, { 100, 50 } } },
	{ "what follows one that is beyond the end is left out",
	  { 0, 0 },
	  { 60, 50 },
	  { { 80, 10 }, { 40, 30 } },
	  1,
	  { { 60, 50 } } },
};

static struct replay_plan plan_of(const struct plan_case *given, bool **recorded)
{
	struct replay_plan plan = {
		.partitions = arena_array(&arena, struct replay_partition, PARTITIONS),
		.partitions_count = PARTITIONS,
		.steps = arena_array(&arena, struct replay_step, STEPS),
		.steps_count = STEPS,
	};

	for (size_t p = 0; p < PARTITIONS; p++) {
		plan.partitions[p].begins = given->begins[p];
		plan.partitions[p].ends = given->ends[p];
	}
	for (size_t i = 0; i < STEPS; i++) {
		plan.steps[i].until = arena_array(&arena, int64_t, PARTITIONS);
		memcpy(plan.steps[i].until, given->until[i], sizeof(given->until[i]));
		recorded[i] = arena_array(&arena, bool, PARTITIONS);
		recorded[i][0] = true;
	}
	return plan;
}

Test(replay, a_recalculation_has_exactly_what_it_had)
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		bool *recorded[STEPS];
		struct replay_plan plan = plan_of(&plans[i], recorded);

		replay_plan_bound(&plan, recorded);
		cr_assert_eq(plan.steps_count, plans[i].steps, "%s: %zu steps", plans[i].name,
			     plan.steps_count);
		for (size_t k = 0; k < plan.steps_count; k++)
			for (size_t p = 0; p < PARTITIONS; p++)
				cr_expect_eq(plan.steps[k].until[p], plans[i].wanted[k][p],
					     "%s: step %zu, partition %zu: %lld", plans[i].name, k,
					     p, (long long)plan.steps[k].until[p]);
	}
}

Test(replay, the_end_looks_at_outcomes_unless_live_has_looked_at_all_that_it_will)
{
	static const struct {
		const char *name;
		int64_t looks[STEPS]; /* 0: the step is none */
		struct optional_int last_look, wanted;
	} cases[] = {
		{ "live's last look is a step", { 1, 2 }, { 2, true }, { 0, false } },
		{ "it is beyond the end", { 1, 0 }, { 2, true }, { 2, true } },
		{ "live never noted one", { 0, 0 }, { 0, false }, { 1, true } },
		{ "it was before a recalculation", { 3, 0 }, { 3, true }, { 0, false } },
		{ "the shadow has votes of its own", { 1, 2 }, { 2, false }, { 3, true } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct replay_step steps[STEPS] = { 0 };
		struct replay_plan plan = { .steps = steps, .steps_count = STEPS };

		for (size_t k = 0; k + 1 < STEPS; k++)
			steps[k].evaluation =
				(struct optional_int){ cases[i].looks[k], cases[i].looks[k] > 0 };
		replay_plan_end(&plan, cases[i].last_look);
		cr_expect_eq(steps[STEPS - 1].evaluation.present, cases[i].wanted.present, "%s",
			     cases[i].name);
		cr_expect_eq(steps[STEPS - 1].evaluation.value, cases[i].wanted.value, "%s",
			     cases[i].name);
	}
}

/* ---- erasures ---- */

#define EARLY 100
#define LATE 200

static bool waits(enum replay_order_kind kind, int64_t contractor, utc_us time)
{
	bool answer = replay_order_waits(&order, kind, contractor, time);

	if (answer)
		replay_order_forget(&order);
	replay_order_note(&order, kind, contractor, time);
	return answer;
}

Test(replay, events_do_not_wait_for_each_other)
{
	for (int64_t id = 1; id <= 5000; id++)
		cr_assert_not(waits(REPLAY_EVENT, id, EARLY));
	cr_expect_not(waits(REPLAY_VOTE, 0, LATE));
	cr_expect_not(waits(REPLAY_EVENT, 7, LATE));
}

Test(replay, an_erasure_waits_for_younger_events_of_his_alone)
{
	cr_expect_not(waits(REPLAY_EVENT, 7, EARLY));
	cr_expect_not(waits(REPLAY_EVENT, 8, LATE + 1));
	cr_expect_not(waits(REPLAY_ERASURE, 7, LATE));
	cr_expect(waits(REPLAY_ERASURE, 8, LATE));
}

Test(replay, what_comes_after_an_erasure_waits_for_it)
{
	cr_expect_not(waits(REPLAY_ERASURE, 7, LATE));
	cr_expect_not(waits(REPLAY_ERASURE, 8, LATE));
	cr_expect_not(waits(REPLAY_EVENT, 9, LATE + 1));
	cr_expect(waits(REPLAY_EVENT, 7, LATE + 1));
	cr_expect_not(waits(REPLAY_EVENT, 7, LATE + 2), "once is enough");
}

Test(replay, votes_and_erasures_wait_for_each_other)
{
	cr_expect_not(waits(REPLAY_VOTE, 0, LATE));
	cr_expect(waits(REPLAY_ERASURE, 7, EARLY));
	cr_expect_not(waits(REPLAY_ERASURE, 8, EARLY));
	cr_expect(waits(REPLAY_VOTE, 0, LATE));
	cr_expect_not(waits(REPLAY_VOTE, 0, LATE));
}

Test(replay, where_votes_are_own_any_event_may_be_one)
{
	order.votes_are_own = true;
	cr_expect_not(waits(REPLAY_EVENT, 9, EARLY));
	cr_expect(waits(REPLAY_ERASURE, 7, LATE));
}
