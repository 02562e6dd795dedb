/*
 * Runs first, with mistakes taken out; then entry, time zero and end of the spell; then what
 * happened inside. Everything is a function of the sorted history and as_of, so a replay gives the
 * same spells.
 */
#include "instant.h"
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

/* One time that something was done or shown. */
struct entry {
	struct spell_item item;
	size_t position; /* in the history: orders what happened on one day */
};

static int by_item_and_time(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = (a->item.kind > b->item.kind) - (a->item.kind < b->item.kind);

	if (!order)
		order = strcmp(a->item.item, b->item.item);
	if (!order)
		order = (a->item.day > b->item.day) - (a->item.day < b->item.day);
	return order ? order : (a->position > b->position) - (a->position < b->position);
}

static struct spell_item shown(const struct span *span, const struct observation *seen,
			       const char *area)
{
	return (struct spell_item){
		.kind = ACTION_FOCUS_AREA,
		.item = area,
		.held = seen == span->entry,
		.day = instant_days_between(span->zero, seen->time),
	};
}

static struct spell_item done(const struct span *span, const struct action *action)
{
	bool rated = action->kind == ACTION_PARTNER && action->satisfaction.present;

	return (struct spell_item){
		.kind = action->kind,
		.item = action->item,
		.name = action->name,
		.name_time = action->time,
		.day = instant_days_between(span->zero, action->time),
		.rating = rated ? action->satisfaction.value : 0,
	};
}

/* All entries of the span, in the order of the history. */
static size_t collect(const struct history *history, const struct span *span, struct arena *arena,
		      struct entry **ret_entries)
{
	const struct observation *end = history->observations + history->observations_count;
	size_t count = 0, room = history->actions_count;

	for (const struct observation *seen = span->entry; seen < end && seen->time < span->end;
	     seen++)
		room += seen->focus_areas.count;

	struct entry *entries = arena_array(arena, struct entry, room);

	for (const struct observation *seen = span->entry; seen < end && seen->time < span->end;
	     seen++)
		for (size_t i = 0; i < seen->focus_areas.count; i++)
			entries[count++].item = shown(span, seen, seen->focus_areas.items[i]);
	for (size_t i = 0; i < history->actions_count; i++)
		if (history->actions[i].time >= span->zero && history->actions[i].time < span->end)
			entries[count++].item = done(span, &history->actions[i]);
	for (size_t i = 0; i < count; i++)
		entries[i].position = i;
	*ret_entries = entries;
	return count;
}

/* The later of two entries of the same item adds to the first. */
static void merge(struct spell_item *first, const struct spell_item *later)
{
	first->held |= later->held;
	if (later->rating)
		first->rating = later->rating;
	if (later->name) {
		first->name = later->name;
		first->name_time = later->name_time;
	}
}

static void find_items(const struct history *history, const struct span *span,
		       const struct constants *constants, struct arena *arena, struct spell *spell)
{
	struct entry *entries;
	size_t entries_count = collect(history, span, arena, &entries);
	struct spell_item *items = arena_array(arena, struct spell_item, entries_count);
	size_t count = 0;

	if (entries_count > 1)
		qsort(entries, entries_count, sizeof(*entries), by_item_and_time);
	for (size_t i = 0; i < entries_count; i++) {
		const struct spell_item *item = &entries[i].item;

		if (count > 0 && items[count - 1].kind == item->kind &&
		    strcmp(items[count - 1].item, item->item) == 0)
			merge(&items[count - 1], item);
		else
			items[count++] = *item;
	}
	for (size_t i = 0; i < count; i++) {
		if (items[i].held)
			items[i].day = 0;
		items[i].onset = items[i].held ? 0 : items[i].day + constants->lag_days;
	}
	spell->items = items;
	spell->items_count = count;
}

bool spell_of(const struct history *history, const struct runs *runs, int from, int to,
	      const struct constants *constants, struct arena *arena, struct spell *ret_spell)
{
	struct span span;

	if (!find_span(runs, from, to, &span))
		return false;
	end_at_silence(history, constants, &span);

	struct spell spell = {
		.enter = instant_days_between(span.zero, span.entry->time),
		.leave = instant_days_between(span.zero, span.end),
		.event = span.level_up,
		.open = !span.level_up && !span.closed,
		.basis = span.basis,
		.team = team_people(&span.entry->team_size),
		.stage = span.entry->stage,
		.revenue = span.entry->annual_revenue,
	};

	if (spell.event) {
		spell.leave = spell.leave > spell.enter ? spell.leave : spell.enter + 1;
		spell.team_after = team_people(&span.level_up->team_size);
		spell.revenue_after = span.level_up->annual_revenue;
	}
	if (spell.leave <= spell.enter)
		return false;
	find_items(history, &span, constants, arena, &spell);
	*ret_spell = spell;
	return true;
}
