/*
 * When recalculations happen and which transitions they calculate anew. Pure: the loop tells the
 * time, the store what is known.
 */
#pragma once

#include "decide.h"

/* decide_due.c: what time alone causes */

/* What the store knows of it. */
struct schedule_state {
	struct optional_time asked_for; /* the month that was last asked for; absent: never */
	struct optional_time looked_at; /* when drift was last looked for */
	bool begun;                     /* there is a history, or a request */
	bool calculated;                /* transitions were, so they may drift */
};

enum due_kind {
	DUE_NOTHING,
	DUE_BEGINNING, /* of the schedule: this month counts as done */
	DUE_MONTHLY,
	DUE_DRIFT, /* to be looked for */
};

struct due {
	enum due_kind kind;
	utc_us at; /* what is recorded as done, and for MONTHLY the as_of */
};

/*
 * What is due now, if no request is open. Months that were missed are caught up by one request, for
 * the latest. On a system that nothing has happened on yet nothing is due, and when something has,
 * the next month is the first.
 */
struct due decide_due(const struct schedule_state *state,
		      const struct recalculation_options *options, utc_us now);

/* decide_transitions.c: what has changed */

/* A transition of the ladder, what its last calculation found, and what has changed since. */
struct transition_state {
	const char *transition; /* FROM>TO */
	const char *from_tier, *to_tier;
	struct optional_time
		as_of;        /* absent: it was never calculated; then only `changed` counts */
	utc_us horizon;       /* the latest as_of that it was ever calculated for */
	const char *settings; /* fingerprint */
	const char *event_id; /* the request that it was calculated for */
	const char *result;
	int64_t at_risk, levelled_up;
	int64_t changed;                /* contractors, ever in from_tier */
	struct optional_time erased_at; /* the first one among them was erased */
	/* numbers are published that somebody is in who was erased ERASED_MAX_DAYS before */
	bool overdue;
	bool voted; /* of note_votes() */
};

/* The states of the whole ladder, before the store has filled in what it knows. */
struct transition_state *ladder_of(const struct vocabulary *vocabulary, size_t *ret_count,
				   struct arena *arena);

/* The transition of a pattern's key: what stands before the slash; a transition is its own. */
const char *transition_of_key(const char *pattern_key, struct arena *arena);

/* Whether patterns of the key belong to the transition. */
bool key_is_of(const char *pattern_key, const char *transition);

/*
 * Notes which transitions have votes that published numbers do not know: of a pattern that is not
 * removed, at least k voters' differ from those in its partners' outcomes. (So it is looked at
 * again as long as its numbers are frozen.)
 */
void note_votes(struct transition_state *states, size_t count, const struct analysis *analysis,
		struct arena *arena);

/* What was asked for. */
struct wish {
	const char *only; /* one transition; NULL: all that have changed */
	utc_us as_of;
	const char *settings;
};

/*
 * Whether the transition is to be calculated anew. New votes are a reason of their own.
 * What changed after its last calculation is
 * marked, so a later as_of alone is no reason; an earlier one is, and so is one that is later than
 * that of a step back: the marks of what lies between were cleared before it.
 */
bool transition_is_due(const struct transition_state *state, const struct wish *wish);

/* Everything of the configuration that patterns depend on, and the way they are calculated. */
const char *settings_fingerprint(const struct analyzer_config *config, struct arena *arena);

/* The request that a drift causes. */
struct drift {
	const char *cause;       /* the same until the transitions are calculated again */
	const char *pattern_key; /* NULL: more than one transition has drifted; all that changed */
};

/*
 * Whether more than `share` of a cohort, and at least k contractors, have changed since its last
 * calculation, or somebody was erased since, or numbers are overdue. Transitions that were never
 * calculated wait for the first recalculation. share 0: never.
 */
bool find_drift(const struct transition_state *states, size_t count, double share, int64_t k,
		struct drift *ret_drift, struct arena *arena);
