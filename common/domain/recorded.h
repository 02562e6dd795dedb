/* The history as the tables have it, a row a profile or an action, and what it means (spell.h). */
#pragma once

#include "err.h"
#include "messages.h"
#include "spell.h"
#include "vocabulary.h"

/* A profile, or where is_action an action. What is the other's is NULL or absent. */
struct history_row {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *event_id;
	bool is_action;
	struct optional_time heard_until;
	const char *revenue_tier;
	struct optional_int team_size;
	const char *team_band, *current_stage;
	const char *focus_areas; /* a JSON array */
	struct optional_number annual_revenue;
	struct optional_time tier_since;
	const char *status;
	const char *kind, *item, *name;
	struct optional_int satisfaction;
};

/* A goal's last outcome, of pattern_votes. */
struct recorded_vote {
	const char *pattern_key;
	struct uuid voter;
	const char *outcome;
	utc_us goal_created_at, occurred_at;
	struct optional_int satisfaction;
	const char *revenue_impact;
};

/* The row's texts are not copied; the list of focus areas is made in the arena, false when it is
 * none. */
bool observation_of_row(const struct history_row *row, const struct vocabulary *vocabulary,
			struct arena *arena, struct observation *ret_observation, struct err *err);
struct action action_of_row(const struct history_row *row);
/* Without its goal. */
struct outcome_recorded outcome_of_vote(const struct recorded_vote *vote);

/* A JSON array of texts, all of it in the arena; NULL is an absent list. */
bool focus_areas_read(const char *text, struct texts *ret_areas, struct arena *arena,
		      struct err *err);
/* Its inverse. */
const char *focus_areas_text(const struct texts *areas, struct arena *arena);
