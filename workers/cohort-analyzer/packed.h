/*
 * The whole history in memory, 16 bytes an action and 48 a profile: texts are numbers, event ids
 * are left out. They decide only where two rows of a contractor have the same time, so such
 * contractors are told apart and left to who can read the ids.
 */
#pragma once

#include "decide.h"
#include "distinct.h"
#include "buckets.h"
#include "spell.h"

struct packed_action {
	int32_t contractor_id;
	uint32_t
		said; /* number of what it says, and the rating of a partner in the lowest 3 bits */
	utc_us time;
};

/* NAN, INT64_MIN, INT32_MIN, NOTHING_SAID: absent. */
struct packed_observation {
	int32_t contractor_id;
	int32_t team_size;
	uint32_t said;  /* number of tier, stage, band of the team and status */
	uint32_t areas; /* number of the focus areas */
	utc_us time, heard_until;
	double annual_revenue;
	utc_us tier_since;
};
#define NOTHING_SAID UINT32_MAX

struct packed_history {
	struct buckets observations, actions;
	struct arena arena; /* the texts */
	struct distinct actions_said, observations_said, areas_said;
	struct action *action_forms; /* by number of what they say */
	size_t action_forms_room;
	struct observation *observation_forms;
	size_t observation_forms_room;
	struct texts *areas;
	size_t areas_room;
};

void packed_init(struct packed_history *packed);
void packed_release(struct packed_history *packed);

/*
 * What an action (kind, item, name) or a profile (tier, stage, band, status; focus areas) says, by
 * the bytes in which it came. *ret_new: not seen before; the caller fills the form at that number
 * of action_forms, observation_forms or areas.
 */
uint32_t packed_action_said(struct packed_history *packed, const char *bytes, size_t length,
			    bool *ret_new);
uint32_t packed_observation_said(struct packed_history *packed, const char *bytes, size_t length,
				 bool *ret_new);
uint32_t packed_areas_said(struct packed_history *packed, const char *bytes, size_t length,
			   bool *ret_new);

/* Takes over all rows of `from`, which is released after `packed`, for its texts are still used. */
void packed_join(struct packed_history *packed, struct packed_history *from);

/*
 * Takes a bucket out and hands every contractor of it who has a profile to each(): his history by
 * time, or, where event ids would decide something, NULL. It lives until each() returns; false ends
 * it. Several threads may do this, each with other buckets.
 */
bool packed_take(struct packed_history *packed, size_t bucket,
		 bool (*each)(int64_t contractor_id, const struct history *history, void *closure,
			      struct err *err),
		 void *closure, struct err *err);
