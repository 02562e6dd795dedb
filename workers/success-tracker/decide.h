/*
 * What a goal's completion and a contractor's feedback change: pure rules over the goal as the
 * store has it. The messages of a batch are applied in order to the same struct goal; what it is at
 * the end is saved.
 *
 * Of two completions of one goal, or two feedbacks, the later by (occurred_at, event id) counts and
 * replaces the other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "messages.h"
#include "values.h"
#include "wording.h"

/* The worker's configuration. */
struct success_config {
	struct wording wording;
};

/* A goal and, when it comes from a pattern, its row in pattern_success_tracking. */
struct goal {
	struct uuid goal_uuid;
	int64_t id;
	int64_t contractor_id;
	bool has_pattern;
	utc_us created_at;
	const char *status;
	struct optional_time closed_at; /* ai_concierge_goals.completed_at */
	bool closed;                    /* by this batch: status and closed_at are to be saved */

	int64_t tracking_id; /* 0: not tracked (yet) */
	const char *pattern_key;
	bool outcome_changed, feedback_changed; /* by this batch */

	enum goal_outcome outcome;
	struct optional_time outcome_at;
	const char *outcome_event_id;
	struct optional_int outcome_satisfaction; /* what the completion said */
	struct optional_int days;                 /* from the goal's creation to its completion */
	enum revenue_impact revenue_impact;
	const char *notes, *what_worked, *what_didnt_work;
	bool feedback_requested;

	struct optional_time feedback_at;
	const char *feedback_event_id;
	struct optional_int feedback_rating;
	const char *feedback_notes;

	struct optional_int satisfaction; /* the later one of what completion and feedback said */
};

/* What a message leads to besides the changes in the goal. All false: nothing, e.g. the message is
 * not the latest. */
struct verdict {
	bool park; /* until `waiting_for` is known, because of `reason` */
	const char *waiting_for, *reason;
	bool unattributed; /* the goal has no pattern to learn about */
	bool publish;
	struct outcome_recorded outcome;
	bool ask;
	struct feedback_requested question;
};

/* `goal` is NULL when the store has none of the message's goal_id. */
struct verdict success_decide_completion(struct goal *goal, const struct goal_completed *event,
					 const char *event_id, const struct success_config *config,
					 struct arena *arena);
struct verdict success_decide_feedback(struct goal *goal, const struct feedback_submitted *event,
				       const char *event_id, struct arena *arena);

/* Goals whose tracking began in this batch. */
struct started_goal {
	struct uuid goal_uuid;
	bool published; /* as open */
};

struct started_goals {
	struct started_goal *items;
	size_t count;
};

void success_sort_started(struct started_goals *started);
/*
 * For each goal.enriched of a batch, in order: whether it is the one that started its goal's
 * tracking, and then the outcome that the goal has from now on: open. `started` is sorted.
 */
bool success_decide_opening(struct started_goals *started, const struct goal_enriched *event,
			    struct outcome_recorded *ret_outcome);

/* The key under which messages wait for a goal: "goal:<uuid>". */
const char *success_waits_for(const struct uuid *goal_id, struct arena *arena);
