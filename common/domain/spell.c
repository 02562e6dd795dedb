/*
 * Runs first, with mistakes taken out; then entry, time zero and end of the spell; then what
 * happened inside. Everything is a function of the sorted history and as_of, so a replay gives the
 * same spells.
 */
#include "instant.h"
#include "names.h"
#include "shared_text.h"
#include "spell.h"
#include "team.h"

static int order_of(utc_us a_time, const char *a_id, utc_us b_time, const char *b_id)
{
	if (a_time != b_time)
		return a_time < b_time ? -1 : 1;
	return strcmp(a_id ? a_id : "", b_id ? b_id : "");
}

static int by_observation(const void *left, const void *right)
{
	const struct observation *a = left, *b = right;

	return order_of(a->time, a->event_id, b->time, b->event_id);
}

static int by_action(const void *left, const void *right)
{
	const struct action *a = left, *b = right;

	return order_of(a->time, a->event_id, b->time, b->event_id);
}

void history_sort(struct observation *observations, size_t observations_count,
		  struct action *actions, size_t actions_count)
{
	if (observations_count > 1)
		qsort(observations, observations_count, sizeof(*observations), by_observation);
	if (actions_count > 1)
		qsort(actions, actions_count, sizeof(*actions), by_action);
}

static bool is_blip(const struct run *run, const struct observation *next,
		    const struct constants *constants)
{
	return next->tier_rank < run->tier_rank &&
	       next->time - run->first->time < constants->blip_days * US_PER_DAY;
}

struct runs runs_of(const struct history *history, utc_us as_of, const struct constants *constants,
		    struct arena *arena)
{
	struct runs runs = {
		.items = arena_array(arena, struct run, history->observations_count),
		.end = as_of,
		.as_of = as_of,
	};

	for (size_t i = 0; i < history->observations_count; i++) {
		const struct observation *seen = &history->observations[i];

		if (seen->time > as_of)
			break;
		if (seen->status == STATUS_CLOSED || seen->status == STATUS_DELETED) {
			runs.end = seen->time;
			runs.closed = true;
			break;
		}
		if (seen->tier_rank < 0)
			continue;
		while (runs.count > 0 && is_blip(&runs.items[runs.count - 1], seen, constants))
			runs.count--;
		if (runs.count == 0 || runs.items[runs.count - 1].tier_rank != seen->tier_rank)
			runs.items[runs.count++] = (struct run){ seen->tier_rank, seen };
	}
	return runs;
}

/* Where a spell starts and ends, before it is counted in days. */
struct span {
	const struct observation *entry;
	const struct observation *level_up; /* NULL: none */
	utc_us zero, end;
	bool closed; /* something else than as_of ended it */
	enum basis basis;
};

static bool find_span(const struct runs *runs, int from, int to, struct span *ret_span)
{
	struct span span = {
		.end = runs->end,
		.closed = runs->closed,
		.basis = BASIS_OBSERVED,
	};
	size_t i = 0;

	while (i < runs->count && runs->items[i].tier_rank != from && runs->items[i].tier_rank < to)
		i++;
	if (i == runs->count || runs->items[i].tier_rank != from)
		return false;

	span.entry = runs->items[i].first;
	span.zero = span.entry->time;
	if (i == 0) {
		const struct optional_time *since = &span.entry->tier_since;

		if (since->present && since->value <= span.zero)
			span.zero = since->value;
		else
			span.basis = BASIS_FIRST_SEEN;
	}
	while (++i < runs->count)
		if (runs->items[i].tier_rank >= to) {
			span.level_up = runs->items[i].first;
			span.end = span.level_up->time;
			break;
		}
	*ret_span = span;
	return true;
}

static size_t index_of(const struct history *history, const struct observation *observation)
{
	return (size_t)(observation - history->observations);
}

/* Walks the signs of life in their order. */
struct signs {
	const struct history *history;
	size_t observation, action; /* the next ones */
};

/* The next sign before `end`, else `end` itself. *ret_until: until when he was heard of without a
 * break. */
static utc_us next_sign(struct signs *signs, utc_us end, utc_us *ret_until)
{
	const struct history *history = signs->history;
	const struct observation *seen = &history->observations[signs->observation];
	utc_us observed = signs->observation < history->observations_count ? seen->time : end;
	utc_us acted = signs->action < history->actions_count ? history->actions[signs->action].time
							      : end;

	if (observed >= end && acted >= end)
		return *ret_until = end;
	if (acted < observed) {
		signs->action++;
		return *ret_until = acted;
	}
	signs->observation++;
	*ret_until = seen->heard_until > observed ? seen->heard_until : observed;
	return observed;
}

/* Cuts the span short at the first silence that is too long. */
static void end_at_silence(const struct history *history, const struct constants *constants,
			   struct span *span)
{
	struct signs signs = { .history = history, .observation = index_of(history, span->entry) };
	utc_us silence = constants->silent_days * US_PER_DAY;
	utc_us sign, until, last = span->entry->time;

	while (signs.action < history->actions_count && history->actions[signs.action].time < last)
		signs.action++;
	do {
		sign = next_sign(&signs, span->end, &until);
		if (sign - last > silence) {
			span->end = last + silence;
			span->closed = true;
			span->level_up = NULL;
			return;
		}
		last = until > last ? until : last;
	} while (sign < span->end);
}

/* The items of a spell as they are found, and where in the list each one is. */
struct collection {
	struct spell_item *items;
	size_t count;
	uint32_t *slots; /* by hash, open addressing: place + 1; 0: free */
	size_t slots_count;
};

/* Room for that many; half of the slots stay free, so a search ends soon. */
static struct collection new_collection(size_t room, struct arena *arena)
{
	struct collection collection = {
		.items = arena_array(arena, struct spell_item, room),
		.slots_count = 8,
	};

	while (collection.slots_count < 2 * room)
		collection.slots_count *= 2;
	collection.slots = arena_array(arena, uint32_t, collection.slots_count);
	return collection;
}

/* The item, added when it is new. */
static struct spell_item *collect(struct collection *collection, enum action_kind kind,
				  const char *item, int64_t day)
{
	uint64_t hash = name_hash(kind, item);
	size_t mask = collection->slots_count - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t place = collection->slots[i];
		struct spell_item *found = &collection->items[place ? place - 1 : 0];

		if (place &&
		    (found->hash != hash || found->kind != kind || strcmp(found->item, item) != 0))
			continue;
		if (!place) {
			collection->slots[i] = (uint32_t)collection->count + 1;
			found = &collection->items[collection->count++];
			*found = (struct spell_item){
				.kind = kind,
				.item = item,
				.hash = hash,
				.day = day,
			};
		}
		if (day < found->day)
			found->day = day;
		return found;
	}
}

static void collect_shown(struct collection *collection, const struct span *span,
			  const struct observation *seen)
{
	int64_t day = instant_days_between(span->zero, seen->time);

	for (size_t i = 0; i < seen->focus_areas.count; i++) {
		const char *area = seen->focus_areas.items[i];
		struct spell_item *item;

		if (!shared_text_fits(area))
			continue;
		item = collect(collection, ACTION_FOCUS_AREA, area, day);
		item->held |= seen == span->entry;
	}
}

/* In the order of the history: what he says later replaces what he said. */
static void collect_done(struct collection *collection, const struct span *span,
			 const struct action *action)
{
	struct spell_item *item = collect(collection, action->kind, action->item,
					  instant_days_between(span->zero, action->time));

	if (action->kind == ACTION_PARTNER && action->satisfaction.present &&
	    action->satisfaction.value)
		item->rating = action->satisfaction.value;
	if (action->name && shared_text_fits(action->name)) {
		item->name = action->name;
		item->name_time = action->time;
	}
}

static bool is_inside(const struct span *span, const struct action *action)
{
	return action->time >= span->zero && action->time < span->end;
}

static void find_items(const struct history *history, const struct span *span,
		       const struct constants *constants, struct arena *arena, struct spell *spell)
{
	const struct observation *first = span->entry, *end = first;
	const struct observation *last = history->observations + history->observations_count;
	size_t room = 0;

	for (; end < last && end->time < span->end; end++)
		room += end->focus_areas.count;
	for (size_t i = 0; i < history->actions_count; i++)
		room += is_inside(span, &history->actions[i]);

	struct collection collection = new_collection(room, arena);

	for (const struct observation *seen = first; seen < end; seen++)
		collect_shown(&collection, span, seen);
	/* One that is too long was taken in once. */
	for (size_t i = 0; i < history->actions_count; i++)
		if (is_inside(span, &history->actions[i]) &&
		    shared_text_fits(history->actions[i].item))
			collect_done(&collection, span, &history->actions[i]);
	for (size_t i = 0; i < collection.count; i++) {
		struct spell_item *item = &collection.items[i];

		if (item->held)
			item->day = 0;
		item->onset = item->held ? 0 : item->day + constants->lag_days;
	}
	spell->items = collection.items;
	spell->items_count = collection.count;
}

/* A window is a delayed entry: who levelled up before it began was never at risk in it. */
static int64_t window_entry(const struct span *span, utc_us as_of,
			    const struct constants *constants)
{
	if (constants->window_days == 0)
		return 0;
	return instant_days_between(span->zero, as_of - constants->window_days * US_PER_DAY);
}

static const char *stage_of(const struct observation *seen)
{
	return seen->stage && shared_text_fits(seen->stage) ? seen->stage : NULL;
}

bool spell_of(const struct history *history, const struct runs *runs, int from, int to,
	      const struct constants *constants, struct arena *arena, struct spell *ret_spell)
{
	struct span span;

	if (!find_span(runs, from, to, &span))
		return false;
	end_at_silence(history, constants, &span);

	struct spell spell = {
		.zero = span.zero,
		.enter = instant_days_between(span.zero, span.entry->time),
		.leave = instant_days_between(span.zero, span.end),
		.event = span.level_up,
		.open = !span.level_up && !span.closed,
		.basis = span.basis,
		.team = team_people(&span.entry->team_size),
		.stage = stage_of(span.entry),
		.revenue = span.entry->annual_revenue,
	};

	if (spell.event) {
		spell.leave = spell.leave > spell.enter ? spell.leave : spell.enter + 1;
		spell.team_after = team_people(&span.level_up->team_size);
		spell.revenue_after = span.level_up->annual_revenue;
	}

	int64_t window = window_entry(&span, runs->as_of, constants);

	spell.entered = spell.enter;
	spell.enter = spell.enter > window ? spell.enter : window;
	if (spell.leave <= spell.enter)
		return false;
	find_items(history, &span, constants, arena, &spell);
	*ret_spell = spell;
	return true;
}
