/*
 * An outcome is published anew with every change, and its reader keeps the one with the latest
 * time. So the time must grow with every change, in whatever order completion and feedback came,
 * and be the same for the same state: see outcome_time(). Only where it would not grow (two
 * completions of the same instant, two earlier ratings within a second) it is made to.
 */
#include "decide.h"

#include "identity.h"
#include "instant.h"
#include "outcome.h"

/* Whether the event (time, id) comes after the one held; `held` absent: none is held. */
static bool is_later(utc_us time, const char *id, struct optional_time held, const char *held_id)
{
	if (!held.present || time != held.value)
		return !held.present || time > held.value;
	return strcmp(id, held_id ? held_id : "") > 0;
}

/* A fact of the last day of the year 9999 is a valid fact; a time behind it cannot be written. */
static utc_us within_calendar(utc_us time)
{
	return time < INSTANT_LATEST ? time : INSTANT_LATEST;
}

static utc_us later_of(utc_us a, utc_us b)
{
	return a > b ? a : b;
}

/*
 * The latest fact's time, after the creation. Of two facts the earlier one counts too, with a
 * microsecond for each of its seconds since creation: when it is the one that changed, the time
 * still grows.
 */
static utc_us outcome_time(const struct goal *goal)
{
	utc_us first = goal->created_at + 1;
	utc_us outcome = later_of(goal->outcome_at.value, first);
	utc_us feedback = later_of(goal->feedback_at.value, first);

	if (!goal->outcome_at.present && !goal->feedback_at.present)
		return goal->created_at;
	if (!goal->feedback_at.present)
		return outcome;
	if (!goal->outcome_at.present)
		return feedback;

	utc_us latest = later_of(outcome, feedback);
	utc_us earlier = outcome + feedback - latest;

	return latest + 1 + (earlier - goal->created_at) / US_PER_SECOND;
}

/* What the goal's outcome is now, and its time: later than the last one's in any case. */
static void publish(struct goal *goal, struct verdict *verdict)
{
	utc_us time = outcome_time(goal);

	if (goal->published_at.present)
		time = later_of(time, goal->published_at.value + 1);
	goal->published_at =
		(struct optional_time){ .value = within_calendar(time), .present = true };
	verdict->publish = true;
	verdict->outcome = (struct outcome_recorded){
		.goal_id = goal->goal_uuid,
		.pattern_key = goal->pattern_key,
		.voter = voter_of(goal->contractor_id, goal->pattern_key),
		.outcome = goal->outcome,
		.goal_created_at = goal->created_at,
		.occurred_at = goal->published_at.value,
		.satisfaction = goal->satisfaction,
		.revenue_impact = goal->revenue_impact,
	};
}

static int by_uuid(const void *a, const void *b)
{
	return uuid_order(a, b); /* a struct started_goal starts with its UUID */
}

void success_sort_started(struct started_goals *started)
{
	qsort(started->items, started->count, sizeof(*started->items), by_uuid);
}

bool success_decide_opening(struct started_goals *started, const struct goal_enriched *event,
			    struct outcome_recorded *ret_outcome)
{
	struct started_goal *goal = bsearch(&event->goal_id, started->items, started->count,
					    sizeof(*started->items), by_uuid);

	if (!event->pattern_key || !goal || goal->published)
		return false;
	goal->published = true;
	*ret_outcome = (struct outcome_recorded){
		.goal_id = event->goal_id,
		.pattern_key = event->pattern_key,
		.voter = voter_of(event->contractor_id, event->pattern_key),
		.outcome = OUTCOME_OPEN,
		.goal_created_at = event->created_at,
		/* Not the event's time: an upstream goal may be enriched after it was completed. */
		.occurred_at = event->created_at,
	};
	return true;
}

const char *success_waits_for(const struct uuid *goal_id, struct arena *arena)
{
	char text[UUID_TEXT_SIZE];

	uuid_to_text(goal_id, text);
	return arena_printf(arena, "goal:%s", text);
}

static struct verdict wait_for_goal(const struct uuid *goal_id, struct arena *arena)
{
	return (struct verdict){
		.park = true,
		.waiting_for = success_waits_for(goal_id, arena),
		.reason = "the goal is not known yet",
	};
}

/*
 * A completion or feedback under another contractor's id. Failing the batch would blame whatever
 * message unparked it; parked under a key that nobody announces it hurts nothing and becomes a dead
 * letter with this reason.
 */
static struct verdict wait_for_expiry(const struct uuid *goal_id, int64_t contractor_id,
				      struct arena *arena)
{
	return (struct verdict){
		.park = true,
		.waiting_for = arena_printf(arena, "%s/contractor:%lld",
					    success_waits_for(goal_id, arena),
					    (long long)contractor_id),
		.reason = "the goal belongs to another contractor",
	};
}

/* What both kinds of message have in common. False: the goal is not known, or the message is about
 * another contractor's; the verdict says so. */
static bool concerns_goal(const struct goal *goal, const struct uuid *goal_id,
			  int64_t contractor_id, struct verdict *verdict, struct arena *arena)
{
	if (!goal || (goal->has_pattern && !goal->tracking_id))
		*verdict = wait_for_goal(goal_id, arena);
	else if (goal->contractor_id != contractor_id)
		*verdict = wait_for_expiry(goal_id, contractor_id, arena);
	return !verdict->park;
}

static void close_goal(struct goal *goal, enum goal_outcome outcome, utc_us ended_at)
{
	const char *status = goal_completed_outcome_names[outcome];

	if (goal->closed_at.present && goal->closed_at.value == ended_at &&
	    strcmp(goal->status, status) == 0)
		return; /* a correction of something else */
	goal->status = status;
	goal->closed_at = (struct optional_time){ .value = ended_at, .present = true };
	goal->closed = true;
}

/*
 * Without a tracking row nothing is kept but the end. So of two completions the earlier one is,
 * which says when it was completed, and of two others at the same instant, whose event ids nobody
 * knows, the completion counts.
 */
static void close_unattributed(struct goal *goal, const struct goal_completed *event)
{
	const char *status = goal_completed_outcome_names[event->outcome];
	bool again = event->outcome == OUTCOME_COMPLETED && strcmp(goal->status, status) == 0;

	if (again ? event->occurred_at < goal->closed_at.value
		  : is_later(event->occurred_at, status, goal->closed_at, goal->status))
		close_goal(goal, event->outcome, event->occurred_at);
}

static struct optional_int satisfaction_of(const struct goal *goal)
{
	bool feedback_is_later = goal->feedback_at.present &&
				 is_later(goal->feedback_at.value, goal->feedback_event_id,
					  goal->outcome_at, goal->outcome_event_id);

	return feedback_is_later || !goal->outcome_satisfaction.present
		       ? goal->feedback_rating
		       : goal->outcome_satisfaction;
}

/* A completion that says when the goal was first completed, whatever was said later. */
static bool note_first_completion(struct goal *goal, const struct goal_completed *event)
{
	if (event->outcome != OUTCOME_COMPLETED ||
	    (goal->first_completed_at.present &&
	     goal->first_completed_at.value <= event->occurred_at))
		return false;
	goal->first_completed_at =
		(struct optional_time){ .value = event->occurred_at, .present = true };
	return true;
}

/* When it ended, by its outcome: completed when that was first said, abandoned when last. */
static void end_goal(struct goal *goal)
{
	bool completed = goal->outcome == OUTCOME_COMPLETED;
	utc_us ended_at = completed ? goal->first_completed_at.value : goal->outcome_at.value;
	int64_t days = instant_days_between(goal->created_at, ended_at);

	goal->days = (struct optional_int){ .value = days > 0 ? days : 0, .present = completed };
	goal->outcome_changed = true;
	close_goal(goal, goal->outcome, ended_at);
}

static void apply_completion(struct goal *goal, const struct goal_completed *event,
			     const char *event_id)
{
	goal->outcome = event->outcome;
	goal->outcome_at = (struct optional_time){ .value = event->occurred_at, .present = true };
	goal->outcome_event_id = event_id;
	goal->outcome_satisfaction = event->satisfaction;
	goal->revenue_impact = event->revenue_impact;
	goal->notes = event->notes;
	goal->what_worked = event->what_worked;
	goal->what_didnt_work = event->what_didnt_work;
	goal->satisfaction = satisfaction_of(goal);
}

/* Asks once for each goal, whatever becomes of it later. */
static void ask_for_feedback(struct goal *goal, const struct success_config *config,
			     struct verdict *verdict, struct arena *arena)
{
	if (goal->feedback_requested || goal->outcome != OUTCOME_COMPLETED)
		return;
	goal->feedback_requested = true;
	verdict->ask = true;
	verdict->question = (struct feedback_requested){
		.goal_id = goal->goal_uuid,
		.contractor_id = goal->contractor_id,
		.occurred_at = goal->outcome_at.value,
		.question = say_values(&config->wording, SENTENCE_FEEDBACK_QUESTION, arena, NULL),
	};
}

struct verdict success_decide_completion(struct goal *goal, const struct goal_completed *event,
					 const char *event_id, const struct success_config *config,
					 struct arena *arena)
{
	struct verdict verdict = { 0 };
	bool first, latest;

	if (!concerns_goal(goal, &event->goal_id, event->contractor_id, &verdict, arena))
		return verdict;
	if (!goal->tracking_id) {
		close_unattributed(goal, event);
		return verdict;
	}
	first = note_first_completion(goal, event);
	latest = is_later(event->occurred_at, event_id, goal->outcome_at, goal->outcome_event_id);
	if (latest)
		apply_completion(goal, event, event_id);
	if (first || latest)
		end_goal(goal);
	if (!latest)
		return verdict;
	publish(goal, &verdict);
	ask_for_feedback(goal, config, &verdict, arena);
	return verdict;
}

struct verdict success_decide_feedback(struct goal *goal, const struct feedback_submitted *event,
				       const char *event_id, struct arena *arena)
{
	struct verdict verdict = { 0 };

	if (!concerns_goal(goal, &event->goal_id, event->contractor_id, &verdict, arena) ||
	    !goal->tracking_id ||
	    !is_later(event->occurred_at, event_id, goal->feedback_at, goal->feedback_event_id))
		return verdict;

	goal->feedback_at = (struct optional_time){ .value = event->occurred_at, .present = true };
	goal->feedback_event_id = event_id;
	goal->feedback_rating = (struct optional_int){ .value = event->rating, .present = true };
	goal->feedback_notes = event->notes;
	goal->satisfaction = satisfaction_of(goal);
	goal->feedback_changed = true;

	publish(goal, &verdict);
	return verdict;
}
