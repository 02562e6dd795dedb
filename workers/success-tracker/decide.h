/*
 * What a goal's completion and a contractor's feedback change: pure rules over the goal as the
 * store has it. The messages of a batch are applied in order to the same struct goal; what it is at
 * the end is saved.
 *
 * Of two completions of one goal, or two feedbacks, the later by (occurred_at, event id) counts and
 * replaces the other: so what is known later of a goal (its revenue impact) is told by another
 * completion. When the goal was completed, the earliest one says.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "messages.h"
#include "options.h"
#include "values.h"
#include "wording.h"

/* The worker's configuration. */
struct success_config {
	struct wording wording;
	int64_t remind_after_ms;
	int64_t reminders; /* at most so many for a goal; 0: none */
};
extern const struct config_option success_options[];

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
	const char *stored_status;
	struct optional_time stored_closed_at;

	int64_t tracking_id;         /* 0: not tracked (yet) */
	struct optional_int version; /* of the tracking row as it was read */
	const char *pattern_key;
	bool outcome_changed, feedback_changed; /* by this batch */

	enum goal_outcome outcome;
	struct optional_time outcome_at;
	const char *outcome_event_id;
	struct optional_time first_completed_at;  /* the earliest that a completion said */
	struct optional_int outcome_satisfaction; /* what the completion said */
	struct optional_int days;                 /* from the goal's creation to its completion */
	enum revenue_impact revenue_impact;
	const char *notes, *what_worked, *what_didnt_work;
	bool feedback_requested;
	int64_t reminders; /* the number of the last one */
	struct optional_time
		published_at; /* the last outcome's occurred_at; the next one's is later */

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

/*
 * Reminders. The n-th one is due n times feedback.remind_after after the goal was completed, if
 * nobody has rated it by then, and is left out when it cannot be sent within half of that time: so
 * there is always as much between two, and of what was completed long ago, as in a replay, nobody
 * is reminded.
 */

/* Goals of which a reminder is due: by partition, by the number of the last one, by when they were
 * completed. */
struct reminder_window {
	int64_t partition;
	int64_t reminders;
	utc_us completed_after, completed_until;
};

/* A goal, as its window found it. */
struct unrated_goal {
	int64_t partition;
	struct uuid goal_uuid;
};

/* All windows that are open at `now` in these partitions, in the arena. */
size_t success_reminder_windows(const int32_t *partitions, size_t count, utc_us now,
				const struct success_config *config, struct arena *arena,
				struct reminder_window **ret_windows);

/* The number of the reminder that is due of the goal at `now`, 0 for none. */
int64_t success_due_reminder(const struct goal *goal, utc_us now,
			     const struct success_config *config);
/* Notes in the goal that it is sent, and returns it: of the time when it was due. */
struct feedback_requested success_remind(struct goal *goal, int64_t number,
					 const struct success_config *config, struct arena *arena);
