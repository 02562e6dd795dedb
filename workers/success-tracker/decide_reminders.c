/* When a contractor who has not rated his completed goal is asked again. */
#include "decide.h"

const struct config_option success_options[] = {
	OPTION_DURATION(
		struct success_config, remind_after_ms, "feedback.remind_after", "14d", 1000,
		10 * 365 * 86400000.0,
		"how long after a goal was completed, and after the last reminder, who has not "
		"rated it is asked again"),
	OPTION_INT(struct success_config, reminders, "feedback.reminders", "2", 0, 10,
		   "reminders for a goal at most; 0: none"),
	OPTION_END,
};

static utc_us interval_of(const struct success_config *config)
{
	return config->remind_after_ms * 1000;
}

/* The n-th one is due of goals completed in (now - interval*(n + 1/2), now - interval*n]. */
size_t success_reminder_windows(const int32_t *partitions, size_t count, utc_us now,
				const struct success_config *config, struct arena *arena,
				struct reminder_window **ret_windows)
{
	size_t each = (size_t)(config->reminders * (config->reminders + 1) / 2), filled = 0;
	struct reminder_window *windows = arena_array(arena, struct reminder_window, each * count);
	utc_us interval = interval_of(config);

	for (size_t i = 0; i < count; i++)
		for (int64_t number = 1; number <= config->reminders; number++)
			for (int64_t sent = 0; sent < number; sent++)
				windows[filled++] = (struct reminder_window){
					.partition = partitions[i],
					.reminders = sent,
					.completed_after = now - interval * number - interval / 2,
					.completed_until = now - interval * number,
				};
	*ret_windows = windows;
	return filled;
}

int64_t success_due_reminder(const struct goal *goal, utc_us now,
			     const struct success_config *config)
{
	utc_us interval = interval_of(config), since = now - goal->first_completed_at.value;
	int64_t number = since / interval;

	if (goal->outcome != OUTCOME_COMPLETED || goal->satisfaction.present ||
	    since % interval >= interval / 2)
		return 0;
	return number > goal->reminders && number <= config->reminders ? number : 0;
}

struct feedback_requested success_remind(struct goal *goal, int64_t number,
					 const struct success_config *config, struct arena *arena)
{
	goal->reminders = number;
	return (struct feedback_requested){
		.goal_id = goal->goal_uuid,
		.contractor_id = goal->contractor_id,
		.occurred_at = goal->first_completed_at.value + number * interval_of(config),
		.question = say_values(&config->wording, SENTENCE_FEEDBACK_QUESTION, arena, NULL),
		.reminder = { number, true },
	};
}
