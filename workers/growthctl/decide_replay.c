#include "decide_replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- bounds ---- */

/* The text between two colons, or after the last one, as a number. */
static bool number_of(const char *text, size_t length, int64_t *ret_number)
{
	char digits[20];

	if (length == 0 || length >= sizeof(digits) || strspn(text, "0123456789") < length)
		return false;
	memcpy(digits, text, length);
	digits[length] = 0;
	*ret_number = strtoll(digits, NULL, 10);
	return true;
}

static bool place_of(const char *text, size_t length, struct arena *arena,
		     struct log_place *ret_place)
{
	const char *copy = arena_strndup(arena, text, length);
	const char *colon = strchr(copy, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;

	if (!second || colon == copy ||
	    !number_of(colon + 1, (size_t)(second - colon - 1), &ret_place->partition) ||
	    !number_of(second + 1, strlen(second + 1), &ret_place->offset))
		return false;
	ret_place->topic = arena_strndup(arena, copy, (size_t)(colon - copy));
	return true;
}

bool replay_bound_parse(const char *text, const char *nothing, struct arena *arena,
			struct replay_bound *ret_bound)
{
	struct replay_bound bound = { .given = true };

	if (strcmp(text, nothing) == 0) {
		*ret_bound = (struct replay_bound){ 0 };
		return true;
	}
	if (time_parse(text, &bound.time.value)) {
		bound.time.present = true;
		*ret_bound = bound;
		return true;
	}
	while (*text) {
		size_t length = strcspn(text, ",");

		bound.places.items = arena_grow(arena, bound.places.items, bound.places.count,
						bound.places.count + 1,
						sizeof(*bound.places.items));
		if (!place_of(text, length, arena, &bound.places.items[bound.places.count++]))
			return false;
		text += length + (text[length] == ',');
	}
	if (bound.places.count == 0)
		return false;
	*ret_bound = bound;
	return true;
}

void replay_bound_strip(struct replay_bound *bound, const char *prefix)
{
	for (size_t i = 0; i < bound->places.count; i++)
		if (strncmp(bound->places.items[i].topic, prefix, strlen(prefix)) == 0)
			bound->places.items[i].topic += strlen(prefix);
}

int64_t replay_bound_offset(const struct replay_bound *bound, const char *topic, int64_t partition,
			    int64_t otherwise)
{
	for (size_t i = 0; i < bound->places.count; i++)
		if (bound->places.items[i].partition == partition &&
		    strcmp(bound->places.items[i].topic, topic) == 0)
			return bound->places.items[i].offset;
	return otherwise;
}

/* ---- the plan ---- */

enum reach { BEFORE, WITHIN, AFTER };

static enum reach reach_of(const struct replay_plan *plan, const struct replay_step *step,
			   const bool *recorded)
{
	enum reach reach = BEFORE;

	for (size_t i = 0; i < plan->partitions_count; i++) {
		if (!recorded[i])
			continue;
		if (step->until[i] > plan->partitions[i].ends)
			return AFTER;
		if (step->until[i] > plan->partitions[i].begins)
			reach = WITHIN;
	}
	return reach;
}

static void clamp(const struct replay_plan *plan, const int64_t *former, int64_t *until)
{
	for (size_t i = 0; i < plan->partitions_count; i++) {
		if (until[i] > plan->partitions[i].ends)
			until[i] = plan->partitions[i].ends;
		if (until[i] < former[i])
			until[i] = former[i];
	}
}

void replay_plan_bound(struct replay_plan *plan, bool *const *recorded)
{
	int64_t *former = calloc(plan->partitions_count + 1, sizeof(*former));
	size_t kept = 0, last = plan->steps_count - 1;

	if (!former)
		abort();
	for (size_t i = 0; i < plan->partitions_count; i++)
		former[i] = plan->partitions[i].begins;
	for (size_t i = 0; i < last; i++) {
		enum reach reach = reach_of(plan, &plan->steps[i], recorded[i]);

		if (reach == AFTER)
			break;
		if (reach == BEFORE)
			continue;
		plan->steps[kept] = plan->steps[i];
		clamp(plan, former, plan->steps[kept].until);
		memcpy(former, plan->steps[kept++].until, plan->partitions_count * sizeof(*former));
	}
	plan->steps[kept] = plan->steps[last];
	for (size_t i = 0; i < plan->partitions_count; i++)
		plan->steps[kept].until[i] = plan->partitions[i].ends;
	plan->steps_count = kept + 1;
	free(former);
}

void replay_plan_end(struct replay_plan *plan, struct optional_int last_look)
{
	struct replay_step *end = &plan->steps[plan->steps_count - 1];
	struct optional_int looked = { 0 };

	for (const struct replay_step *step = plan->steps; step < end; step++)
		if (step->evaluation.present)
			looked = step->evaluation;
	if (!looked.present || !last_look.present || looked.value != last_look.value)
		end->evaluation = (struct optional_int){ looked.value + 1, true };
}

size_t replay_plan_recalculations(const struct replay_plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->steps_count; i++)
		count += plan->steps[i].event_id != NULL;
	return count;
}

int64_t replay_plan_size(const struct replay_plan *plan)
{
	int64_t size = 0;

	for (size_t i = 0; i < plan->partitions_count; i++)
		size += plan->partitions[i].ends - plan->partitions[i].begins;
	return size;
}
