/*
 * From one contractor's history to his spells: the time he spent in a tier on the way to the next
 * one, and what he did there (statistics §1 and §2).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "constants.h"
#include "messages.h"
#include "values.h"

/* A profile as it was from `time` on. Text is not owned, here and below. */
struct observation {
	utc_us time;
	const char *event_id;
	int tier_rank; /* index in vocabulary.tiers; -1: unknown, says nothing of the tier */
	struct int_or_text team_size;
	const char *stage; /* NULL: unknown */
	struct texts focus_areas;
	struct optional_number annual_revenue; /* USD */
	struct optional_time tier_since;
	enum contractor_status status; /* closed and deleted end the history before it */
	/*
	 * When the same profile was last heard again, with no silence in between: who stores
	 * observations starts a new one after a silence. Up to `time` (0, say): heard once.
	 */
	utc_us heard_until;
};

struct action {
	utc_us time;
	const char *event_id;
	enum action_kind kind;
	const char *item;
	const char *name;                 /* NULL: unknown */
	struct optional_int satisfaction; /* 1-5 */
};

/* All that is known of a contractor, both lists by (time, event_id). Repetitions change nothing. */
struct history {
	const struct observation *observations;
	size_t observations_count;
	const struct action *actions;
	size_t actions_count;
	int64_t contractor_id;
};

/* Sorts both arrays by (time, event_id), for a caller whose source does not. */
void history_sort(struct observation *observations, size_t observations_count,
		  struct action *actions, size_t actions_count);

/* A stretch of one tier. It lasts until the next one starts, the last until the history ends. */
struct run {
	int tier_rank;
	const struct observation *first; /* what started it */
};

/*
 * A history as stretches of equal tiers, up to its end: as_of, or the first profile that is closed
 * or deleted. What lies after as_of is not looked at. A run that lasts less than blip_days and is
 * followed by a lower tier is a mistake: it is taken out and its days go to the run before it; so
 * again from the left until none is left.
 */
struct runs {
	struct run *items;
	size_t count;
	utc_us end;
	bool closed; /* it is not as_of that ended them */
	utc_us as_of;
};

/* Takes a sorted history; the result lives in the arena and points into the history. */
struct runs runs_of(const struct history *history, utc_us as_of, const struct constants *constants,
		    struct arena *arena);

/* How time zero is known: the change into the tier was observed (or told by tier_since), or the
 * contractor was first seen when already in it. */
enum basis { BASIS_OBSERVED, BASIS_FIRST_SEEN };

/* What a contractor did or had in a spell. Days count from time zero. */
struct spell_item {
	enum action_kind kind;
	const char *item;
	uint64_t hash;    /* name_hash() of both */
	const char *name; /* the latest one given, NULL: none */
	utc_us name_time; /* when it was given */
	bool held;      /* a focus area he had at entry, or when first seen: a state, not an act */
	int64_t day;    /* the first time, in [0, leave]; 0 when held */
	int64_t onset;  /* day + lag_days; 0 when held. Exposed on day t if onset < t */
	int64_t rating; /* partners: the latest satisfaction 1-5; 0: none */
};

struct spell {
	utc_us zero;     /* time zero: day 0 begins */
	int64_t enter;   /* E >= 0: at risk on day t if enter < t <= leave */
	int64_t entered; /* E as it is without window_days: it does not move with as_of */
	int64_t leave;   /* D > enter */
	bool event;      /* levelled up on day `leave`; false: censored then */
	bool open;       /* censored by as_of alone: it goes on */
	enum basis basis;
	struct optional_number team, team_after;       /* people at entry; at the level-up */
	const char *stage;                             /* at entry; NULL: unknown */
	struct optional_number revenue, revenue_after; /* USD, as team */
	struct spell_item *items;                      /* in the order of their first entries */
	size_t items_count;
};

/*
 * The contractor's spell in tier `from` on the way to `to` > from, at most one (statistics §1):
 *  - Entry: the first run with tier = from or >= to, if it is of tier from; else none.
 *  - Time zero: that run's start, basis observed. If it is the contractor's first run: tier_since
 *    when it is not later, basis observed, with delayed entry E = days(start - tier_since); without
 *    it the start, basis first_seen. E = 0 otherwise.
 *  - Event: the start of the first later run with tier >= to. Falling back does not end the spell.
 *  - Otherwise it ends at runs->end. But if signs of life (observations, what they were heard
 *    until, actions, the end) are more than silent_days apart, it ends, without event, silent_days
 *    after the last one before the gap.
 *  - With window_days, E is at least the day on which the window before as_of begins.
 *  - D = day of the end, at least E + 1 for an event. D <= E: none.
 * Items (statistics §2): actions and focus areas of profiles first seen in [time zero, end).
 * Items, names and stages that are too long to be told others (shared_text.h) are left out.
 *
 * Returns false when there is none. What *ret_spell points to lives in the arena or belongs to the
 * history.
 */
bool spell_of(const struct history *history, const struct runs *runs, int from, int to,
	      const struct constants *constants, struct arena *arena, struct spell *ret_spell);
