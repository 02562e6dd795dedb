#include "packed.h"

#include <math.h>

#include "heap.h"

/* More rows at one instant than this are not compared with each other. */
#define LARGEST_TIE 32

void packed_init(struct packed_history *packed)
{
	*packed = (struct packed_history){ .action_forms = NULL };
	buckets_init(&packed->observations, sizeof(struct packed_observation));
	buckets_init(&packed->actions, sizeof(struct packed_action));
	arena_init(&packed->arena);
	distinct_init(&packed->actions_said, &packed->arena);
	distinct_init(&packed->observations_said, &packed->arena);
	distinct_init(&packed->areas_said, &packed->arena);
}

void packed_release(struct packed_history *packed)
{
	buckets_release(&packed->observations);
	buckets_release(&packed->actions);
	arena_release(&packed->arena);
}

/* Room for the form of a number that is new. */
static void *room_for(struct packed_history *packed, void *forms, uint32_t number, size_t *room,
		      size_t size)
{
	if (number < *room)
		return forms;
	*room = *room ? 2 * *room : 64;
	return arena_grow(&packed->arena, forms, number, *room, size);
}

uint32_t packed_action_said(struct packed_history *packed, const char *bytes, size_t length,
			    bool *ret_new)
{
	uint32_t number = distinct_add(&packed->actions_said, bytes, length, ret_new);

	packed->action_forms = room_for(packed, packed->action_forms, number,
					&packed->action_forms_room, sizeof(struct action));
	return number;
}

uint32_t packed_observation_said(struct packed_history *packed, const char *bytes, size_t length,
				 bool *ret_new)
{
	uint32_t number = distinct_add(&packed->observations_said, bytes, length, ret_new);

	packed->observation_forms = room_for(packed, packed->observation_forms, number,
					     &packed->observation_forms_room,
					     sizeof(struct observation));
	return number;
}

uint32_t packed_areas_said(struct packed_history *packed, const char *bytes, size_t length,
			   bool *ret_new)
{
	uint32_t number = distinct_add(&packed->areas_said, bytes, length, ret_new);

	packed->areas =
		room_for(packed, packed->areas, number, &packed->areas_room, sizeof(struct texts));
	return number;
}

/* By number there: the number here. */
struct renumbering {
	uint32_t *actions, *observations, *areas;
};

static void renumber_action(void *record, const void *closure)
{
	const struct renumbering *numbers = closure;
	struct packed_action *action = record;

	action->said = numbers->actions[action->said >> 3] << 3 | (action->said & 7);
}

static void renumber_observation(void *record, const void *closure)
{
	const struct renumbering *numbers = closure;
	struct packed_observation *observation = record;

	observation->said = numbers->observations[observation->said];
	if (observation->areas != NOTHING_SAID)
		observation->areas = numbers->areas[observation->areas];
}

/* What is said there is said here, too, in the same forms. */
static struct renumbering join_said(struct packed_history *packed,
				    const struct packed_history *from)
{
	struct renumbering numbers = {
		.actions = arena_array(&packed->arena, uint32_t, from->actions_said.count),
		.observations =
			arena_array(&packed->arena, uint32_t, from->observations_said.count),
		.areas = arena_array(&packed->arena, uint32_t, from->areas_said.count),
	};
	bool new;

	for (size_t i = 0; i < from->actions_said.count; i++) {
		const struct bytes *said = &from->actions_said.items[i];

		numbers.actions[i] = packed_action_said(packed, said->data, said->length, &new);
		if (new)
			packed->action_forms[numbers.actions[i]] = from->action_forms[i];
	}
	for (size_t i = 0; i < from->observations_said.count; i++) {
		const struct bytes *said = &from->observations_said.items[i];

		numbers.observations[i] =
			packed_observation_said(packed, said->data, said->length, &new);
		if (new)
			packed->observation_forms[numbers.observations[i]] =
				from->observation_forms[i];
	}
	for (size_t i = 0; i < from->areas_said.count; i++) {
		const struct bytes *said = &from->areas_said.items[i];

		numbers.areas[i] = packed_areas_said(packed, said->data, said->length, &new);
		if (new)
			packed->areas[numbers.areas[i]] = from->areas[i];
	}
	return numbers;
}

void packed_join(struct packed_history *packed, struct packed_history *from)
{
	struct renumbering numbers = join_said(packed, from);

	buckets_join(&packed->actions, &from->actions, renumber_action, &numbers);
	buckets_join(&packed->observations, &from->observations, renumber_observation, &numbers);
}

/* A bucket on its way out, and the contractor who is next. */
struct taking {
	const struct packed_history *packed;
	struct packed_observation *observations;
	struct packed_action *actions;
	size_t observations_count, actions_count;
	size_t observation, action; /* how many have gone */
	struct observation *his_observations;
	struct action *his_actions;
	size_t his_observations_room, his_actions_room;
};

static int by_observation_time(const void *left, const void *right)
{
	const struct packed_observation *a = left, *b = right;

	return (a->time > b->time) - (a->time < b->time);
}

static int by_action_time(const void *left, const void *right)
{
	const struct packed_action *a = left, *b = right;

	return (a->time > b->time) - (a->time < b->time);
}

/* Rows mostly come in the order of time. */
static void sort_if_needed(void *rows, size_t count, size_t size,
			   int (*order)(const void *, const void *))
{
	const char *row = rows;

	for (size_t i = 1; i < count; i++)
		if (order(row + (i - 1) * size, row + i * size) > 0) {
			qsort(rows, count, size, order);
			return;
		}
}

/* Of two profiles at one instant the later one by event id is the last word, unless they are the
 * same. */
static bool is_undecided_among_observations(const struct packed_observation *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (rows[i - 1].time == rows[i].time &&
		    memcmp(&rows[i - 1], &rows[i], sizeof(*rows)) != 0)
			return true;
	return false;
}

/* Of two ratings or names of one item at one instant the later one counts. */
static bool contradicts(const struct packed_history *packed, const struct packed_action *a,
			const struct packed_action *b)
{
	const struct action *said_a = &packed->action_forms[a->said >> 3],
			    *said_b = &packed->action_forms[b->said >> 3];

	return a->said != b->said && said_a->kind == said_b->kind &&
	       strcmp(said_a->item, said_b->item) == 0;
}

static bool is_undecided_among_actions(const struct packed_history *packed,
				       const struct packed_action *rows, size_t count)
{
	size_t start = 0;

	for (size_t i = 1; i < count; i++) {
		if (rows[i].time != rows[start].time)
			start = i;
		if (i - start > LARGEST_TIE)
			return true;
		for (size_t j = start; j < i; j++)
			if (contradicts(packed, &rows[j], &rows[i]))
				return true;
	}
	return false;
}

static void unpack_observation(const struct packed_history *packed,
			       const struct packed_observation *row, struct observation *ret_seen)
{
	*ret_seen = packed->observation_forms[row->said];
	ret_seen->time = row->time;
	ret_seen->heard_until = row->heard_until;
	if (row->team_size != INT32_MIN) {
		ret_seen->team_size.number = row->team_size;
		ret_seen->team_size.present = true;
	}
	if (row->areas != NOTHING_SAID)
		ret_seen->focus_areas = packed->areas[row->areas];
	if (!isnan(row->annual_revenue))
		ret_seen->annual_revenue =
			(struct optional_number){ .value = row->annual_revenue, .present = true };
	if (row->tier_since != INT64_MIN)
		ret_seen->tier_since =
			(struct optional_time){ .value = row->tier_since, .present = true };
}

static void unpack_action(const struct packed_history *packed, const struct packed_action *row,
			  struct action *ret_action)
{
	int64_t rating = row->said & 7;

	*ret_action = packed->action_forms[row->said >> 3];
	ret_action->time = row->time;
	ret_action->satisfaction = (struct optional_int){ .value = rating, .present = rating > 0 };
}

static void make_room(struct taking *taking, size_t observations, size_t actions)
{
	if (observations > taking->his_observations_room) {
		taking->his_observations_room = 2 * observations;
		taking->his_observations =
			heap_resize(taking->his_observations,
				    taking->his_observations_room * sizeof(struct observation));
	}
	if (actions > taking->his_actions_room) {
		taking->his_actions_room = 2 * actions;
		taking->his_actions = heap_resize(taking->his_actions,
						  taking->his_actions_room * sizeof(struct action));
	}
}

/* The rows of the next contractor who has a profile, in their order. */
static struct history unpack(struct taking *taking, struct packed_observation *observations,
			     size_t observations_count, struct packed_action *actions,
			     size_t actions_count)
{
	make_room(taking, observations_count, actions_count);
	for (size_t i = 0; i < observations_count; i++)
		unpack_observation(taking->packed, &observations[i], &taking->his_observations[i]);
	for (size_t i = 0; i < actions_count; i++)
		unpack_action(taking->packed, &actions[i], &taking->his_actions[i]);
	return (struct history){
		.observations = taking->his_observations,
		.observations_count = observations_count,
		.actions = taking->his_actions,
		.actions_count = actions_count,
		.contractor_id = observations->contractor_id,
	};
}

static bool take_contractor(struct taking *taking,
			    bool (*each)(int64_t contractor_id, const struct history *history,
					 void *closure, struct err *err),
			    void *closure, struct err *err)
{
	struct packed_observation *observations = &taking->observations[taking->observation];
	struct packed_action *actions;
	int32_t contractor_id = observations->contractor_id;
	size_t observations_count = 0, actions_count = 0;

	while (taking->observation + observations_count < taking->observations_count &&
	       observations[observations_count].contractor_id == contractor_id)
		observations_count++;
	while (taking->action < taking->actions_count &&
	       (uint32_t)taking->actions[taking->action].contractor_id < (uint32_t)contractor_id)
		taking->action++;
	actions = taking->actions + taking->action;
	while (taking->action + actions_count < taking->actions_count &&
	       actions[actions_count].contractor_id == contractor_id)
		actions_count++;
	taking->observation += observations_count;
	taking->action += actions_count;

	sort_if_needed(observations, observations_count, sizeof(*observations),
		       by_observation_time);
	sort_if_needed(actions, actions_count, sizeof(*actions), by_action_time);
	if (is_undecided_among_observations(observations, observations_count) ||
	    is_undecided_among_actions(taking->packed, actions, actions_count))
		return each(contractor_id, NULL, closure, err);

	struct history history =
		unpack(taking, observations, observations_count, actions, actions_count);

	return each(contractor_id, &history, closure, err);
}

bool packed_take(struct packed_history *packed, size_t bucket,
		 bool (*each)(int64_t contractor_id, const struct history *history, void *closure,
			      struct err *err),
		 void *closure, struct err *err)
{
	struct taking taking = { .packed = packed };
	void *observations, *actions;
	bool ok = true;

	taking.observations_count = buckets_take(&packed->observations, bucket, &observations);
	taking.actions_count = buckets_take(&packed->actions, bucket, &actions);
	taking.observations = observations;
	taking.actions = actions;
	while (ok && taking.observation < taking.observations_count)
		ok = take_contractor(&taking, each, closure, err);
	free(observations);
	free(actions);
	free(taking.his_observations);
	free(taking.his_actions);
	return ok;
}
