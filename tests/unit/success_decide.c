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

Test(success, day6_track_pattern_success_records_publishes_and_asks)
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

Test(success, day6_question_is_asked_once_and_the_later_completion_replaces)
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

Test(success, day6_rating_is_stored_and_counts_while_a_goal_is_open)
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

/* ---- what is known later ---- */

Test(success, day6_revenue_impact_is_corrected_by_a_later_completion)
{
	struct goal goal = tracked();
	struct goal_completed early = completion(10, OUTCOME_COMPLETED, 4),
			      late = completion(70, OUTCOME_COMPLETED, 4);
	struct verdict verdict;
	utc_us first;

	early.revenue_impact = IMPACT_TOO_EARLY;
	early.what_worked = "a CRM";
	first = complete(&goal, early, "e1").outcome.occurred_at;
	goal.closed = false; /* the next batch */
	verdict = complete(&goal, late, "e2");
	cr_assert(verdict.publish && !verdict.ask);
	cr_expect(goal.outcome_changed && !goal.closed, "the goal itself stays as it is");
	cr_expect_eq(verdict.outcome.revenue_impact, IMPACT_POSITIVE);
	cr_expect_gt(verdict.outcome.occurred_at, first, "so that it replaces the vote");
	cr_expect_null(goal.what_worked, "told anew as a whole");
	cr_expect_eq(goal.days.value, 10, "it took as long as it did");
	cr_expect_eq(goal.closed_at.value, early.occurred_at);
}

Test(success, day6_rating_is_changed_by_a_later_one)
{
	struct goal goal = tracked();
	struct verdict verdict = complete(&goal, completion(10, OUTCOME_COMPLETED, 0), "e1");
	utc_us time = verdict.outcome.occurred_at;

	for (int64_t rating = 5; rating >= 1; rating -= 2) {
		verdict = rate(&goal, feedback(20 - rating, rating), "f");
		cr_assert(verdict.publish);
		cr_expect_eq(verdict.outcome.satisfaction.value, rating);
		cr_expect_gt(verdict.outcome.occurred_at, time);
		cr_expect_eq(goal.satisfaction.value, rating);
		time = verdict.outcome.occurred_at;
	}
}

Test(success, day6_correction_of_the_same_instant_replaces_the_vote)
{
	struct goal goal = tracked();
	struct goal_completed said = completion(10, OUTCOME_COMPLETED, 4);
	struct feedback_submitted rated = feedback(5, 1);
	utc_us time = complete(&goal, said, "e1").outcome.occurred_at, next;

	next = complete(&goal, said, "e2").outcome.occurred_at;
	cr_expect_gt(next, time, "dates without a time of day");
	time = rate(&goal, rated, "f1").outcome.occurred_at;
	cr_expect_gt(time, next);
	rated.occurred_at++;
	cr_expect_gt(rate(&goal, rated, "f2").outcome.occurred_at, time);
}

/* What is told: 'c' a completion, 'a' an abandonment, on these days, in any order. */
static const struct {
	const char *name;
	struct {
		char what;
		int64_t day;
	} told[3];
	const char *status;
	int64_t ended, days; /* -1: none */
} ends[] = {
	{ "abandoned after all", { { 'c', 10 }, { 'c', 12 }, { 'a', 20 } }, "abandoned", 20, -1 },
	{ "completed after all", { { 'a', 5 }, { 'a', 10 }, { 'c', 20 } }, "completed", 20, 20 },
	{ "corrected twice", { { 'c', 10 }, { 'c', 20 }, { 'c', 30 } }, "completed", 10, 10 },
	{ "given up in between", { { 'c', 10 }, { 'a', 20 }, { 'c', 30 } }, "completed", 10, 10 },
};

Test(success, day6_time_to_completion_is_the_goals_own_in_any_order)
{
	static const int orders_of_three[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
						   { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		for (size_t p = 0; p < 6; p++) {
			struct goal goal = tracked();

			for (size_t k = 0; k < 3; k++) {
				int at = orders_of_three[p][k];
				int64_t day = ends[i].told[at].day;

				complete(&goal,
					 completion(day,
						    ends[i].told[at].what == 'c'
							    ? OUTCOME_COMPLETED
							    : OUTCOME_ABANDONED,
						    0),
					 arena_printf(&arena, "e%d", (int)day));
			}
			cr_expect_str_eq(goal.status, ends[i].status, "%s, order %zu", ends[i].name,
					 p);
			cr_expect_eq(goal.closed_at.value, CREATED + ends[i].ended * DAY,
				     "%s, order %zu", ends[i].name, p);
			cr_expect_eq(goal.days.present ? goal.days.value : -1, ends[i].days,
				     "%s, order %zu", ends[i].name, p);
		}
	}
}

/* ---- reminders ---- */

static const struct success_config reminding = {
	.wording.templates[SENTENCE_FEEDBACK_QUESTION] = "How helpful?",
	.remind_after_ms = 14 * DAY / 1000,
	.reminders = 2,
};

static const struct {
	const char *name;
	int64_t days_since; /* completion */
	int64_t sent, rating;
	enum goal_outcome outcome;
	int64_t number;
} moments[] = {
	{ "not yet", 13, 0, 0, OUTCOME_COMPLETED, 0 },
	{ "the first one", 14, 0, 0, OUTCOME_COMPLETED, 1 },
	{ "a little late", 20, 0, 0, OUTCOME_COMPLETED, 1 },
	{ "too late, the next one is near", 21, 0, 0, OUTCOME_COMPLETED, 0 },
	{ "sent already", 20, 1, 0, OUTCOME_COMPLETED, 0 },
	{ "the second one", 28, 1, 0, OUTCOME_COMPLETED, 2 },
	{ "the second one though the first was left out", 30, 0, 0, OUTCOME_COMPLETED, 2 },
	{ "no third one", 42, 2, 0, OUTCOME_COMPLETED, 0 },
	{ "completed long ago", 700, 0, 0, OUTCOME_COMPLETED, 0 },
	{ "rated", 14, 0, 1, OUTCOME_COMPLETED, 0 },
	{ "abandoned after all", 14, 0, 0, OUTCOME_ABANDONED, 0 },
	{ "open", 14, 0, 0, OUTCOME_OPEN, 0 },
	{ "completed tomorrow", -1, 0, 0, OUTCOME_COMPLETED, 0 },
};

static struct goal completed_goal(size_t i)
{
	struct goal goal = tracked();

	goal.outcome = moments[i].outcome;
	goal.first_completed_at = (struct optional_time){ CREATED, true };
	goal.satisfaction = (struct optional_int){ moments[i].rating, moments[i].rating > 0 };
	goal.reminders = moments[i].sent;
	return goal;
}

Test(success, day6_reminder_is_due_when_nobody_has_rated)
{
	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		struct goal goal = completed_goal(i);
		utc_us now = CREATED + moments[i].days_since * DAY;
		int64_t number = success_due_reminder(&goal, now, &reminding);

		cr_expect_eq(number, moments[i].number, "%s: %d", moments[i].name, (int)number);
	}
}

Test(success, day6_reminders_are_looked_for_where_they_are_due)
{
	static const int32_t partitions[] = { 3, 5 };

	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		struct reminder_window *windows;
		size_t found = 0, count = success_reminder_windows(
					  partitions, 2, CREATED + moments[i].days_since * DAY,
					  &reminding, &arena, &windows);

		cr_assert_eq(count, 6, "0, 1 before the second, 0 before the first");
		for (size_t k = 0; k < count; k++)
			found += windows[k].partition == 5 &&
				 windows[k].reminders == moments[i].sent &&
				 CREATED > windows[k].completed_after &&
				 CREATED <= windows[k].completed_until;
		if (moments[i].outcome == OUTCOME_COMPLETED && !moments[i].rating)
			cr_expect_eq(found, moments[i].number > 0, "%s", moments[i].name);
	}
}

Test(success, day6_reminder_asks_the_same_question_with_its_number_and_when_it_was_due)
{
	struct goal goal = completed_goal(1);
	struct feedback_requested question = success_remind(&goal, 1, &reminding, &arena);

	cr_expect_str_eq(question.question, "How helpful?");
	cr_expect_eq(question.reminder.value, 1);
	cr_expect_eq(question.contractor_id, 7);
	cr_expect_eq(question.occurred_at, CREATED + 14 * DAY, "whenever it is sent");
	cr_expect_eq(goal.reminders, 1);
	cr_expect_eq(success_due_reminder(&goal, CREATED + 14 * DAY, &reminding), 0, "once");
	cr_expect_eq(goal.outcome, OUTCOME_COMPLETED);
	cr_expect_not(goal.satisfaction.present, "silence is no answer");
}

Test(success, day6_reminders_can_be_turned_off)
{
	static const int32_t partition = 0;
	struct success_config off = reminding;
	struct reminder_window *windows;
	struct goal goal = completed_goal(1);

	off.reminders = 0;
	cr_expect_eq(
		success_reminder_windows(&partition, 1, CREATED + 14 * DAY, &off, &arena, &windows),
		0);
	cr_expect_eq(success_due_reminder(&goal, CREATED + 14 * DAY, &off), 0);
}

Test(success, day6_early_arrival_waits_for_a_goal_that_is_not_known_or_not_tracked_yet)
{
	struct goal untracked = tracked();
	struct goal *const goals[] = { NULL, &untracked };

	untracked.tracking_id = 0;
	for (size_t i = 0; i < 2; i++) {
		struct verdict verdict =
			complete(goals[i], completion(1, OUTCOME_COMPLETED, 0), "e1");

		cr_assert(verdict.park && !verdict.publish && !verdict.ask);
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

static struct goal unattributed(void)
{
	struct goal goal = tracked();

	goal.has_pattern = false;
	goal.tracking_id = 0;
	goal.pattern_key = NULL;
	return goal;
}

Test(success, day6_goal_without_a_pattern_is_closed_and_no_more)
{
	struct goal goal = unattributed();
	struct verdict verdict;

	verdict = complete(&goal, completion(5, OUTCOME_ABANDONED, 1), "e1");
	cr_assert_not(verdict.publish || verdict.ask || verdict.park);
	cr_assert(goal.closed && !goal.outcome_changed);
	cr_assert_str_eq(goal.status, "abandoned");

	complete(&goal, completion(4, OUTCOME_COMPLETED, 1), "e9");
	cr_assert_str_eq(goal.status, "abandoned", "earlier");
	complete(&goal, completion(6, OUTCOME_COMPLETED, 1), "e1");
	cr_assert_str_eq(goal.status, "completed", "later");

	goal.closed = false;
	verdict = rate(&goal, feedback(7, 5), "e1");
	cr_assert_not(verdict.publish || goal.closed || goal.feedback_changed);
}

Test(success, day6_goal_without_a_pattern_was_completed_when_that_was_first_said)
{
	static const int64_t days[][2] = { { 5, 9 }, { 9, 5 } };

	for (size_t i = 0; i < 2; i++) {
		struct goal goal = unattributed();

		complete(&goal, completion(days[i][0], OUTCOME_COMPLETED, 1), "e1");
		complete(&goal, completion(days[i][1], OUTCOME_COMPLETED, 1), "e2");
		cr_expect_str_eq(goal.status, "completed");
		cr_expect_eq(goal.closed_at.value, CREATED + 5 * DAY, "day %d first",
			     (int)days[i][0]);
		complete(&goal, completion(7, OUTCOME_COMPLETED, 1), "e3");
		cr_expect_eq(goal.closed_at.value, CREATED + 5 * DAY, "nor by one in between");

		complete(&goal, completion(11, OUTCOME_ABANDONED, 1), "e4");
		cr_expect_str_eq(goal.status, "abandoned", "later");
		complete(&goal, completion(12, OUTCOME_ABANDONED, 1), "e5");
		cr_expect_eq(goal.closed_at.value, CREATED + 12 * DAY, "when that was last said");
	}
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
