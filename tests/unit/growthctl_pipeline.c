/* Topics as they should be, and how far the pipeline is. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_pipeline.h"
#include "decide_status.h"
#include "messages.h"

static struct arena arena;

static void begin(void)
{
	arena_init(&arena);
}

static void end(void)
{
	arena_release(&arena);
}

TestSuite(topics, .init = begin, .fini = end);
TestSuite(status, .init = begin, .fini = end);

static const struct topic_wishes wishes = { .partitions = 12, .dead_letter_retention_ms = 1000 };

static const struct topic_plan *plan_of(const char *topic)
{
	struct topic_plan *plans;
	size_t count;

	topics_plan(&wishes, &arena, &plans, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(plans[i].name, topic) == 0)
			return &plans[i];
	cr_assert(false, "no plan for %s", topic);
	return NULL;
}

Test(topics, all_messages_and_dead_letters_have_one)
{
	struct topic_plan *plans;
	size_t count, topics = 0, workers = 0;

	topics_plan(&wishes, &arena, &plans, &count);
	for (; message_types[topics].topic; topics++)
		cr_expect_str_eq(plan_of(message_types[topics].topic)->name,
				 message_types[topics].topic);
	while (pipeline[workers].name)
		workers++;
	cr_expect_eq(count, topics + workers);
	cr_expect_eq(plan_of("matcher.dlq")->max_message_bytes, 4 << 20);
	cr_expect_eq(plan_of("matcher.dlq")->retention_ms, 1000);
}

Test(topics, where_order_or_history_matters_there_is_no_choice)
{
	cr_expect_eq(plan_of(TOPIC_PATTERN_RECALCULATED)->partitions, 1);
	cr_expect_str_eq(plan_of(TOPIC_PATTERN_RECALCULATED)->cleanup_policy, "compact");
	cr_expect_eq(plan_of(TOPIC_RECALCULATION_REQUESTED)->partitions, 1);
	cr_expect_eq(plan_of(TOPIC_CONTRACTOR_UPDATED)->retention_ms, -1);
	cr_expect_eq(plan_of(TOPIC_CONTRACTOR_UPDATED)->partitions, 12);
}

Test(topics, what_is_consumed_exists)
{
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		for (int i = 0; i < PIPELINE_TOPICS_MAX && worker->consumes[i]; i++)
			cr_expect(message_type_of(worker->consumes[i]), "%s: %s", worker->name,
				  worker->consumes[i]);
}

Test(topics, differences_are_told)
{
	const struct topic_plan *plan = plan_of(TOPIC_PATTERN_RECALCULATED);
	struct topic_state as_planned = { 1, "compact", "604800000", "1048588" },
			   other = { 3, "delete", NULL, NULL };
	struct topic_state short_lived = { 12, "delete", "604800000", NULL },
			   small = { 1, "delete", "1000", "1048588" };
	struct texts texts;

	cr_expect_eq(topic_differences(plan, &as_planned, &arena).count, 0);
	texts = topic_differences(plan, &other, &arena);
	cr_assert_eq(texts.count, 2);
	cr_expect_str_eq(texts.items[0], "3 partitions instead of 1");
	cr_expect_str_eq(texts.items[1], "cleanup.policy is delete instead of compact");
	texts = topic_differences(plan_of(TOPIC_CONTRACTOR_UPDATED), &short_lived, &arena);
	cr_assert_eq(texts.count, 1);
	cr_expect_str_eq(texts.items[0], "retention.ms is 604800000 instead of -1");
	texts = topic_differences(plan_of("matcher.dlq"), &small, &arena);
	cr_assert_eq(texts.count, 1);
	cr_expect_str_eq(texts.items[0], "max.message.bytes is 1048588, less than 4194304");
}

/* ---- status ---- */

struct case_of_status {
	struct status_partition partitions[3];
	struct status_worker worker;
	struct status status;
};

static struct case_of_status *quiet(void)
{
	struct case_of_status *it = arena_new(&arena, struct case_of_status);

	for (int i = 0; i < 3; i++)
		it->partitions[i] = (struct status_partition){
			.topic = i < 2 ? "contractor.updated" : "partner.scored",
			.partition = i % 2,
			.started = true,
			.next_offset = 100,
			.end_offset = 101, /* the marker of a transaction */
			.sweeps = i < 2,
		};
	it->worker = (struct status_worker){
		.name = "matcher", .partitions = it->partitions, .count = 3, .parked = 5
	};
	it->status = (struct status){ .workers = &it->worker, .count = 1 };
	return it;
}

Test(status, markers_and_parked_messages_are_nothing_to_wait_for)
{
	struct case_of_status *it = quiet();

	cr_expect_eq(status_pending(&it->status, &arena).count, 0);
	cr_expect_eq(status_lag(&it->partitions[0]), 0);
}

static void expect_pending(const struct case_of_status *it, const char *wanted)
{
	struct texts texts = status_pending(&it->status, &arena);

	cr_assert_eq(texts.count, 1);
	cr_expect_str_eq(texts.items[0], wanted);
}

Test(status, each_thing_left_is_told)
{
	struct case_of_status *it = quiet();

	it->partitions[1].behind = true;
	it->partitions[1].end_offset = 150;
	expect_pending(it, "matcher is 50 behind on contractor.updated, in 1 of 2 partitions");
	it = quiet();
	it->worker.outbox = 2;
	expect_pending(it, "matcher has 2 batches to publish");
	it = quiet();
	it->partitions[0].sweep_after.present = it->partitions[1].sweep_behind = true;
	expect_pending(it, "matcher has to match the contractors of 2 partitions again");
	it = quiet();
	it->status.open_transactions = 2;
	it->status.open_topic = "a.goal.enriched";
	expect_pending(it, "an open transaction hides what is behind it in 2 partitions, the first "
			   "of a.goal.enriched");
	it = quiet();
	it->status.recalculations = 1;
	expect_pending(it, "1 recalculations are not done");
	it->status.recalculations = 0;
	it->status.evaluation_due = true;
	it->status.voters_waiting = 7;
	expect_pending(it,
		       "outcomes of 7 voters are to be looked at for the confidence of patterns");
}

Test(status, a_sweep_says_where_it_is)
{
	struct case_of_status *it = quiet();
	struct status_partition *swept = &it->partitions[0];

	cr_expect_null(status_sweep(&it->partitions[2], &arena), "it is not swept");
	cr_expect_str_eq(status_sweep(swept, &arena), "done");
	swept->sweep_behind = true;
	cr_expect_str_eq(status_sweep(swept, &arena), "to do");
	swept->sweep_after = (struct optional_int){ 120, true };
	swept->last_contractor = (struct optional_int){ 2000, true };
	cr_expect_str_eq(status_sweep(swept, &arena), "at 120 of 2000");
}

Test(status, all_that_is_left_is_told)
{
	struct case_of_status *it = quiet();

	for (int i = 0; i < 3; i++) {
		it->partitions[i].behind = true;
		it->partitions[i].sweep_behind = true;
	}
	it->worker.outbox = it->status.recalculations = 1;
	it->status.evaluation_due = true;
	cr_expect_eq(status_pending(&it->status, &arena).count, 6);
}

/* ---- the verdict ---- */

static struct status_verdict verdict_of(const struct case_of_status *it)
{
	return status_judge(&it->status, &arena);
}

static struct case_of_status *at_work(void)
{
	struct case_of_status *it = quiet();

	it->worker.members = (struct optional_int){ 1, true };
	it->worker.idle_s = (struct optional_number){ 2, true };
	it->partitions[1].behind = true;
	it->partitions[1].end_offset = 1100;
	it->partitions[1].waiting_s = (struct optional_number){ 7, true };
	return it;
}

static void expect_verdict(const struct case_of_status *it, enum status_health health,
			   const char *sentence)
{
	struct status_verdict verdict = verdict_of(it);

	cr_expect_eq(verdict.health, health, "%s", verdict.sentence);
	cr_expect_str_eq(verdict.sentence, sentence);
}

Test(status, well_is_quiet_or_at_work)
{
	struct case_of_status *it = quiet();

	expect_verdict(it, STATUS_WELL, "Nothing is left to do.");
	it = at_work();
	expect_verdict(it, STATUS_WELL, "At work; 1000 to go, the oldest waits for 7s.");
	it->partitions[1].rate = (struct optional_number){ 10, true };
	expect_verdict(it, STATUS_WELL,
		       "At work; 1000 to go, the oldest waits for 7s, about 1m 40s at this rate.");
}

Test(status, what_stands_still_is_ill)
{
	struct case_of_status *it = at_work();

	it->worker.members.value = 0;
	expect_verdict(it, STATUS_ILL,
		       "nobody works for matcher, which is 1000 behind, with 0 batches to publish. "
		       "Next: start matcher");
	it->worker.members.value = 1;
	it->worker.idle_s.value = it->partitions[1].waiting_s.value = 90;
	expect_verdict(it, STATUS_ILL,
		       "matcher is 1000 behind and has not moved for 1m 30s. Next: see the log and "
		       "/readyz?verbose of matcher");
	it->worker.idle_s.value = 1;
	it->partitions[0].stopped = "the log begins at 7";
	expect_verdict(it, STATUS_ILL,
		       "matcher has stopped contractor.updated[0]: the log begins at 7. Next: "
		       "growthctl positions matcher, then growthctl positions move");
}

Test(status, what_somebody_should_see_to_is_no_illness)
{
	struct case_of_status *it = quiet();

	it->worker.members.present = true;
	expect_verdict(it, STATUS_ATTENTION, "no instance of matcher runs. Next: start matcher");
	it->worker.members.value = 1;
	it->worker.dead_letters = it->worker.dead_letters_open = (struct optional_int){ 1, true };
	it->worker.dead_letters_exact = true;
	expect_verdict(it, STATUS_ATTENTION,
		       "1 dead letter of matcher is open. Next: growthctl dlq list matcher");
	it = at_work();
	it->partitions[1].waiting_s.value = 400;
	cr_expect_eq(verdict_of(it).health, STATUS_ATTENTION, "late, though it moves");
}

Test(status, the_worst_is_told_first_and_the_others_counted)
{
	struct case_of_status *it = quiet();
	struct status_verdict verdict;

	it->worker.dead_letters = it->worker.dead_letters_open = (struct optional_int){ 3, true };
	it->worker.dead_letters_exact = true;
	it->partitions[2].stopped = "why";
	verdict = verdict_of(it);
	cr_assert_eq(verdict.count, 2);
	cr_expect_eq(verdict.findings[0].health, STATUS_ILL);
	cr_expect_str_eq(verdict.findings[1].what, "3 dead letters of matcher are open");
	cr_expect(strstr(verdict.sentence, ", and 1 more. Next: "), "%s", verdict.sentence);
}

Test(status, the_rate_is_what_two_looks_show)
{
	struct case_of_status *before = quiet(), *now = quiet();

	now->partitions[0].next_offset = 600;
	before->partitions[1].started = false;
	status_rate(&before->status, 2, &now->status);
	cr_expect_float_eq(now->partitions[0].rate.value, 250, 1e-9);
	cr_expect_not(now->partitions[1].rate.present, "it had no position then");
	cr_expect(now->partitions[2].rate.present && now->partitions[2].rate.value == 0);
}
