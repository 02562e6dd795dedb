/*
 * The worked example data/cohort-small.json, read with json-c: twelve contractors, one transition,
 * every number. The numbers have six digits behind the point.
 */
#pragma once

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <math.h>

#include "arena.h"
#include "cohort.h"
#include "constants.h"
#include "instant.h"
#include "messages.h"
#include "vocabulary.h"

#define GOLDEN_FROM 1 /* rank of 5_10_million */
#define GOLDEN_CONTRACTORS 12
#define GOLDEN_TOLERANCE 1e-6

/* Half a unit of the sixth digit, or of the sixth significant one, and no more than rounding can
 * explain. */
#define assert_near(actual, wanted, ...) \
	do { \
		double actual_ = (actual), wanted_ = (wanted); \
		cr_assert(fabs(actual_ - wanted_) <= 0.51e-6 * fmax(1, fabs(wanted_)), \
			  "%.9g is not %.9g: " #actual, actual_, wanted_); \
	} while (0)

static inline struct json_object *golden_root(void)
{
	struct json_object *root =
		json_object_from_file(TEST_SOURCE_DIR "/tests/data/cohort-small.json");

	cr_assert(root, "cannot read the golden file: %s", json_util_get_last_err());
	return root;
}

/* The member under a path of names that ends with NULL. JSON null gives NULL. */
static inline struct json_object *golden_get(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	cr_assert(json_object_object_get_ex(object, name, &member), "the golden file has no %s",
		  name);
	return member;
}

static inline double golden_number(struct json_object *object, const char *name)
{
	return json_object_get_double(golden_get(object, name));
}

static inline const char *golden_text(struct json_object *object, const char *name)
{
	struct json_object *member = golden_get(object, name);

	return member ? json_object_get_string(member) : NULL;
}

/* NAN for null. */
static inline double golden_at(struct json_object *array, size_t index)
{
	struct json_object *item = json_object_array_get_idx(array, index);

	return item ? json_object_get_double(item) : NAN;
}

static inline void assert_optional(struct optional_number actual, struct json_object *wanted,
				   const char *what)
{
	cr_assert_eq(actual.present, wanted != NULL, "%s: present %d", what, actual.present);
	if (wanted)
		cr_assert(fabs(actual.value - json_object_get_double(wanted)) <=
				  0.51e-6 * fmax(1, fabs(actual.value)),
			  "%s: %.9g is not %s", what, actual.value, json_object_get_string(wanted));
}

static inline utc_us golden_as_of(struct json_object *root)
{
	const char *text = golden_text(root, "as_of");
	utc_us as_of = 0;

	cr_assert(instant_parse(text, strlen(text), &as_of));
	return as_of;
}

static inline void golden_decode(struct json_object *event, const struct json_field *fields,
				 void *value, size_t size, struct arena *arena)
{
	const char *text = json_object_to_json_string(golden_get(event, "value"));
	struct err err;

	cr_assert(json_decode(text, strlen(text), fields, value, size, arena, &err), "%s",
		  err.text);
}

static inline struct observation golden_observation(struct json_object *event, struct arena *arena)
{
	struct contractor_updated profile;

	golden_decode(event, contractor_updated_fields, &profile, sizeof(profile), arena);
	return (struct observation){
		.time = profile.occurred_at,
		.event_id = golden_text(event, "id"),
		.tier_rank = vocabulary_tier_rank(&default_vocabulary, profile.revenue_tier),
		.team_size = profile.team_size,
		.stage = profile.current_stage,
		.focus_areas = profile.focus_areas,
		.annual_revenue = profile.annual_revenue,
		.tier_since = profile.tier_since,
		.status = profile.status,
		.heard_until = profile.occurred_at,
	};
}

static inline struct action golden_action(struct json_object *event, struct arena *arena)
{
	struct action_recorded action;

	golden_decode(event, action_recorded_fields, &action, sizeof(action), arena);
	return (struct action){
		.time = action.occurred_at,
		.event_id = golden_text(event, "id"),
		.kind = action.kind,
		.item = action.item,
		.name = action.name,
		.satisfaction = action.satisfaction,
	};
}

/* The history of contractor `id`, sorted. Text belongs to `root`. */
static inline struct history golden_history(struct json_object *root, int id, struct arena *arena)
{
	struct json_object *events = golden_get(root, "events");
	size_t count = json_object_array_length(events);
	struct observation *observations = arena_array(arena, struct observation, count);
	struct action *actions = arena_array(arena, struct action, count);
	struct history history = {
		.observations = observations,
		.actions = actions,
		.contractor_id = id,
	};

	for (size_t i = 0; i < count; i++) {
		struct json_object *event = json_object_array_get_idx(events, i);

		if (json_object_get_int(golden_get(event, "key")) != id)
			continue;
		if (strcmp(golden_text(event, "topic"), TOPIC_CONTRACTOR_UPDATED) == 0)
			observations[history.observations_count++] =
				golden_observation(event, arena);
		else
			actions[history.actions_count++] = golden_action(event, arena);
	}
	history_sort(observations, history.observations_count, actions, history.actions_count);
	return history;
}

/* All twelve contractors, fed in the order given by `order` (ids); NULL: 1 to 12. */
static inline struct cohorts *golden_cohorts(struct json_object *root, const int *order,
					     struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &default_vocabulary, &default_constants, golden_as_of(root));

	for (int i = 0; i < GOLDEN_CONTRACTORS; i++) {
		struct history history = golden_history(root, order ? order[i] : i + 1, arena);

		analyze_revenue_transitions(cohorts, &history);
	}
	return cohorts;
}

/* Names of the golden file's items are "kind:item". */
static inline const char *golden_item_name(enum action_kind kind, const char *item,
					   struct arena *arena)
{
	return arena_printf(arena, "%s:%s", action_kind_names[kind], item);
}
