/* How completions and feedback change a goal, in any order. */
#include <criterion/criterion.h>

#include "decide.h"
#include "identity.h"
#include "instant.h"

#define DAY US_PER_DAY
#define CREATED (INT64_C(1700000000) * US_PER_SECOND)

static struct arena arena;
static const struct success_config config = {
	.wording.templates[SENTENCE_FEEDBACK_QUESTION] = "How helpful?",
};

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(success, .init = set_up, .fini = tear_down);

static const struct uuid goal_id = { { 1, 2, 3 } };

static struct goal tracked(void)
{
	return (struct goal){
		.goal_uuid = goal_id,
		.id = 1,
		.contractor_id = 7,
		.has_pattern = true,
		.created_at = CREATED,
		.status = "active",
		.tracking_id = 11,
		.pattern_key = "k",
		.outcome = OUTCOME_OPEN,
	};
}

static struct goal_completed completion(int64_t day, enum goal_outcome outcome,
					int64_t satisfaction)
{
	return (struct goal_completed){
		.goal_id = goal_id,
		.contractor_id = 7,
		.occurred_at = CREATED + day * DAY,
		.outcome = outcome,
		.satisfaction = { satisfaction, satisfaction > 0 },
		.revenue_impact = IMPACT_POSITIVE,
		.notes = "notes",
	};
}

static struct feedback_submitted feedback(int64_t day, int64_t rating)
{
	return (struct feedback_submitted){
		.goal_id = goal_id,
		.contractor_id = 7,
		.occurred_at = CREATED + day * DAY,
		.rating = rating,
	};
}

static struct verdict complete(struct goal *goal, struct goal_completed event, const char *id)
{
	return success_decide_completion(goal, &event, id, &config, &arena);
}

static struct verdict rate(struct goal *goal, struct feedback_submitted event, const char *id)
{
	return success_decide_feedback(goal, &event, id, &arena);
}

Test(success, a_completion_is_recorded_published_and_asked_about)
{
	struct goal goal = tracked();
	struct goal_completed event = completion(10, OUTCOME_COMPLETED, 4);
	struct verdict verdict;

	event.occurred_at += DAY / 2;
	verdict = complete(&goal, event, "e1");
	cr_assert(goal.outcome_changed && goal.closed);
	cr_assert_str_eq(goal.status, "completed");
	cr_assert_eq(goal.closed_at.value, event.occurred_at);
	cr_assert(goal.days.present);
	cr_assert_eq(goal.days.value, 10, "whole days");
	cr_assert_eq(goal.satisfaction.value, 4);

	cr_assert(verdict.publish);
	cr_assert_eq(verdict.outcome.outcome, OUTCOME_COMPLETED);
	cr_assert_eq(verdict.outcome.satisfaction.value, 4);
	cr_assert_eq(verdict.outcome.revenue_impact, IMPACT_POSITIVE);
	cr_assert_eq(verdict.outcome.occurred_at, event.occurred_at);
	cr_assert_eq(verdict.outcome.goal_created_at, CREATED);

	struct uuid voter = identity("voter", "7", "k", NULL);

	cr_assert(uuid_equal(&verdict.outcome.voter, &voter));
	cr_assert(verdict.ask);
	cr_assert_str_eq(verdict.question.question, "How helpful?");
	cr_assert_eq(verdict.question.contractor_id, 7);
}

Test(success, an_abandoned_goal_is_not_asked_about_and_took_no_time)
{
	struct goal goal = tracked();
	struct verdict verdict = complete(&goal, completion(10, OUTCOME_ABANDONED, 0), "e1");

	cr_assert(verdict.publish);
	cr_assert_not(verdict.ask);
	cr_assert_not(goal.days.present);
	cr_assert_not(goal.satisfaction.present);
	cr_assert_str_eq(goal.status, "abandoned");
}

Test(success, a_fact_at_the_end_of_the_calendar_is_published_with_a_time_that_can_be_written)
{
	struct goal goal = tracked();
	struct goal_completed completed = completion(1, OUTCOME_COMPLETED, 4);
	struct feedback_submitted rated = feedback(1, 5);

	completed.occurred_at = rated.occurred_at = INSTANT_LATEST;
	cr_expect_eq(complete(&goal, completed, "e1").outcome.occurred_at, INSTANT_LATEST);
	cr_expect_eq(rate(&goal, rated, "e2").outcome.occurred_at, INSTANT_LATEST);

	goal = tracked();
	goal.created_at = INSTANT_LATEST;
	cr_expect_eq(complete(&goal, completion(1, OUTCOME_COMPLETED, 4), "e1").outcome.occurred_at,
		     INSTANT_LATEST);
}

Test(success, days_are_never_negative)
{
	struct goal goal = tracked();
	struct verdict verdict = complete(&goal, completion(-3, OUTCOME_COMPLETED, 0), "e1");

	cr_assert_eq(goal.days.value, 0);
	cr_assert_gt(verdict.outcome.occurred_at, CREATED, "an outcome comes after the goal");
}

Test(success, the_later_completion_replaces_and_is_asked_about_once)
{
	struct goal goal = tracked();
	struct verdict verdict;

	cr_assert(complete(&goal, completion(10, OUTCOME_COMPLETED, 5), "e5").ask);
	cr_assert_not(complete(&goal, completion(10, OUTCOME_COMPLETED, 5), "e5").publish,
		      "same event");
	cr_assert_not(complete(&goal, completion(9, OUTCOME_ABANDONED, 1), "e9").publish,
		      "earlier");
	cr_assert_not(complete(&goal, completion(10, OUTCOME_ABANDONED, 1), "e4").publish,
		      "lower id");
	cr_assert_eq(goal.outcome, OUTCOME_COMPLETED);

	verdict = complete(&goal, completion(11, OUTCOME_ABANDONED, 0), "e1");
	cr_assert(verdict.publish);
	cr_assert_not(verdict.outcome.satisfaction.present, "replaced, not added to");
	verdict = complete(&goal, completion(12, OUTCOME_COMPLETED, 3), "e1");
	cr_assert(verdict.publish);
	cr_assert_not(verdict.ask, "asked before");
}

Test(success, feedback_counts_while_a_goal_is_open)
{
	struct goal goal = tracked();
	struct verdict verdict = rate(&goal, feedback(3, 2), "f1");

	cr_assert(goal.feedback_changed && !goal.outcome_changed && !goal.closed);
	cr_assert(verdict.publish && !verdict.ask);
	cr_assert_eq(verdict.outcome.outcome, OUTCOME_OPEN);
	cr_assert_eq(verdict.outcome.satisfaction.value, 2);
	cr_assert_not(rate(&goal, feedback(3, 2), "f1").publish, "same event");
	cr_assert_not(rate(&goal, feedback(2, 5), "f2").publish, "earlier");
	cr_assert_eq(rate(&goal, feedback(4, 5), "f0").outcome.satisfaction.value, 5);
}

/* The same facts in any order: the same goal, and each publication later than the one before. */
struct fact {
	bool is_feedback;
	int64_t day;
	int64_t rating; /* 0: none */
};

static const struct {
	const char *name;
	struct fact facts[3];
	int64_t satisfaction; /* 0: none */
} orders[] = {
	{ "feedback after completion", { { false, 10, 4 }, { true, 12, 2 }, { true, 11, 1 } }, 2 },
	{ "feedback before completion", { { true, 5, 2 }, { false, 10, 4 }, { true, 6, 1 } }, 4 },
	{ "completion without a rating", { { true, 5, 2 }, { false, 10, 0 }, { true, 6, 3 } }, 3 },
	{ "two completions", { { false, 10, 4 }, { true, 11, 2 }, { false, 12, 5 } }, 5 },
	{ "the later completion without a rating",
	  { { false, 10, 4 }, { true, 11, 2 }, { false, 12, 0 } },
	  2 },
	{ "nothing rated", { { false, 10, 0 }, { false, 11, 0 }, { false, 12, 0 } }, 0 },
};

static struct verdict tell(struct goal *goal, const struct fact *fact)
{
	char *id = arena_printf(&arena, "e%d", (int)fact->day);

	return fact->is_feedback
		       ? rate(goal, feedback(fact->day, fact->rating), id)
		       : complete(goal, completion(fact->day, OUTCOME_COMPLETED, fact->rating), id);
}

Test(success, any_order_of_facts_gives_the_same_goal)
{
	static const int permutations[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
						{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		utc_us last_time = 0;

		for (size_t p = 0; p < 6; p++) {
			struct goal goal = tracked();
			utc_us time = CREATED;

			for (size_t k = 0; k < 3; k++) {
				struct verdict verdict =
					tell(&goal, &orders[i].facts[permutations[p][k]]);

				if (!verdict.publish)
					continue;
				cr_expect_gt(verdict.outcome.occurred_at, time,
					     "%s, order %zu, step %zu", orders[i].name, p, k);
				time = verdict.outcome.occurred_at;
			}
			cr_expect_eq(goal.satisfaction.present, orders[i].satisfaction > 0,
				     "%s, order %zu", orders[i].name, p);
			cr_expect_eq(goal.satisfaction.value, orders[i].satisfaction,
				     "%s, order %zu", orders[i].name, p);
			cr_expect(p == 0 || time == last_time, "%s, order %zu: the last time",
				  orders[i].name, p);
			last_time = time;
		}
	}
}

Test(success, waits_for_a_goal_that_is_not_known_or_not_tracked_yet)
{
	struct goal untracked = tracked();
	struct goal *const goals[] = { NULL, &untracked };

	untracked.tracking_id = 0;
	for (size_t i = 0; i < 2; i++) {
		struct verdict verdict =
			complete(goals[i], completion(1, OUTCOME_COMPLETED, 0), "e1");

		cr_assert(verdict.park && !verdict.publish && !verdict.ask &&
			  !verdict.unattributed);
		cr_assert_str_eq(verdict.waiting_for, "goal:01020300-0000-0000-0000-000000000000");
		cr_assert_str_eq(verdict.reason, "the goal is not known yet");
		cr_assert(rate(goals[i], feedback(1, 5), "e1").park);
	}
	cr_assert_not(untracked.closed);
}

Test(success, another_contractors_message_changes_nothing)
{
	struct goal goal = tracked();
	struct goal_completed event = completion(1, OUTCOME_COMPLETED, 0);
	struct verdict verdict;

	event.contractor_id = 8;
	verdict = complete(&goal, event, "e1");
	cr_assert(verdict.park && !verdict.publish);
	cr_assert_str_eq(verdict.reason, "the goal belongs to another contractor");
	cr_assert_str_neq(verdict.waiting_for, success_waits_for(&goal_id, &arena),
			  "nobody announces it");
	cr_assert_not(goal.outcome_changed || goal.closed);
}

Test(success, a_goal_without_a_pattern_is_closed_and_no_more)
{
	struct goal goal = tracked();
	struct verdict verdict;

	goal.has_pattern = false;
	goal.tracking_id = 0;
	goal.pattern_key = NULL;
	verdict = complete(&goal, completion(5, OUTCOME_ABANDONED, 1), "e1");
	cr_assert(verdict.unattributed && !verdict.publish && !verdict.ask && !verdict.park);
	cr_assert(goal.closed && !goal.outcome_changed);
	cr_assert_str_eq(goal.status, "abandoned");

	complete(&goal, completion(4, OUTCOME_COMPLETED, 1), "e9");
	cr_assert_str_eq(goal.status, "abandoned", "earlier");
	complete(&goal, completion(6, OUTCOME_COMPLETED, 1), "e1");
	cr_assert_str_eq(goal.status, "completed", "later");

	goal.closed = false;
	verdict = rate(&goal, feedback(7, 5), "e1");
	cr_assert(verdict.unattributed && !verdict.publish && !goal.closed &&
		  !goal.feedback_changed);
}

Test(success, tracking_opens_once)
{
	static const struct uuid other = { { 9 } };
	struct started_goal items[] = { { other, false }, { goal_id, false } };
	struct started_goals started = { items, 2 };
	struct goal_enriched event = {
		.goal_id = goal_id,
		.contractor_id = 7,
		.occurred_at = CREATED + 9 * DAY,
		.created_at = CREATED,
	};
	struct outcome_recorded outcome;

	success_sort_started(&started);
	cr_assert_not(success_decide_opening(&started, &event, &outcome), "without a pattern");
	event.pattern_key = "k";
	cr_assert(success_decide_opening(&started, &event, &outcome));
	cr_assert_eq(outcome.outcome, OUTCOME_OPEN);
	cr_assert_eq(outcome.occurred_at, CREATED);
	cr_assert_not(success_decide_opening(&started, &event, &outcome), "once");
	event.goal_id = (struct uuid){ { 5 } };
	cr_assert_not(success_decide_opening(&started, &event, &outcome), "tracked before");
}
