/*
 * cohort-analyzer's rules, without I/O: what of a contractor's profiles is worth keeping, which
 * outcome of a goal counts, and what a recalculation changes in the published patterns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "confidence.h"
#include "constants.h"
#include "contributions.h"
#include "err.h"
#include "messages.h"
#include "options.h"
#include "partner_outcomes.h"
#include "pattern.h"
#include "standing.h"
#include "vocabulary.h"

enum recalculation_schedule { SCHEDULE_OFF, SCHEDULE_MONTHLY };

struct recalculation_options {
	enum recalculation_schedule schedule;
	double drift_share;
	int64_t drift_every_ms;
	int64_t threads;
};
extern const struct config_option recalculation_options[];

struct confidence_options {
	double publish_step;
	int64_t every_ms;
};
extern const struct config_option confidence_options[];

/* The worker's configuration. */
struct analyzer_config {
	struct vocabulary vocabulary;
	struct constants constants;
	struct recalculation_options recalculation;
	struct confidence_options confidence;
};

/* What struct route's normalise does with a contractor.updated and an action.recorded: the
 * vocabulary's words. */
void analyzer_normalise_profile(void *updated, const void *config, struct arena *arena);
void analyzer_normalise_action(void *recorded, const void *config, struct arena *arena);

/* A contractor.updated whose tier is in the vocabulary; else false with ERR_POISON. */
bool analyzer_check_profile(const void *updated, const void *config, struct err *err);

/* decide_observe.c: profiles */

/* A profile that was kept, and until when the same one was heard again. */
struct kept_profile {
	struct contractor_updated profile;
	const char *event_id;
	utc_us heard_until;
	utc_us stored_until;         /* heard_until as it is stored */
	struct optional_int version; /* of the row as it was read; absent: it is not stored yet */
	bool added;                  /* to be stored */
	bool remainder;              /* of a row that was split: added with that one's event id */
	bool extended;               /* heard_until is to be stored */
};

/*
 * What is known of one contractor's profiles: at least the last one before each event that is
 * decided on, by (occurred_at, event id).
 */
struct contractor_log {
	int64_t contractor_id;
	struct kept_profile *rows;
	size_t count, room;
};

/* Adds a stored row to the log; one that is there already changes nothing. */
void log_add_stored(struct contractor_log *log, const struct kept_profile *row,
		    struct arena *arena);

/*
 * Takes a profile into the log. The same as the one before it: that one was heard until now, unless
 * the silence was longer than silent_days; then, and when it says something else, it is added. A
 * repeated event changes nothing. One that arrives late goes where it belongs: the time that the
 * one before it was heard afterwards becomes a row of its own.
 */
void log_observe(struct contractor_log *log, const struct contractor_updated *profile,
		 const char *event_id, int64_t silent_days, struct arena *arena);

/* The stored row before an event, which may be the event's own, if it is in the log; NULL: there is
 * none. */
const struct kept_profile *log_stored_before(const struct contractor_log *log, utc_us time,
					     const char *event_id);
/* Whether something of it is to be stored. */
bool log_has_changed(const struct contractor_log *log);

/* decide_vote.c: outcomes of goals */

struct vote {
	struct outcome_recorded outcome;
	const char *event_id;
};

/* Keeps the latest of each goal, by (occurred_at, event id); returns how many. By goal then. */
size_t votes_keep_latest(struct vote *votes, size_t count);

/* The pseudonym under which an erased contractor voted. */
struct voter {
	const char *pattern_key;
	struct uuid voter;
};

/* All pseudonyms of the contractors: one for each pattern. */
size_t voters_of(const int64_t *contractors, size_t contractors_count,
		 const char *const *pattern_keys, size_t keys_count, struct arena *arena,
		 struct voter **ret_voters);

/* decide_publish.c: what may be published of what was found (statistics §8, §9) */

/* An erased contractor's share in published numbers ends after this, one way or the other. */
#define ERASED_MAX_DAYS 30

/* Whose numbers a published pattern has. */
struct publication {
	const char *pattern_key;
	struct contributions inside, outside;
	struct fingerprints voters; /* in the partners' outcomes */
	/* Since when somebody who may be in the numbers is erased. */
	struct optional_time erased_since;
};

/* What is known of a pattern that was found, or is published, when it is decided on. */
struct pattern_case {
	const struct found_pattern *found; /* NULL: not calculated anew */
	const struct pattern
		*stored; /* as its cohort alone has it (decide_standing.c); NULL: never published */
	const struct publication *publication; /* NULL: never published */
	struct fingerprints voters;            /* all that there are now */
	struct optional_time
		erased_at; /* somebody who may be in its numbers was, since the last look */
	bool parent_held;  /* of a sub-cohort: the whole cohort's pattern keeps its numbers */
	bool retired; /* by its outcomes: what is published keeps its numbers until it is back */
	utc_us as_of;
	int64_t k;
};

struct ruling {
	bool stands;            /* there is a pattern from now on */
	struct pattern pattern; /* when it stands: without version and confidence */
	bool renewed;           /* with the numbers found now; else with those published before */
	bool outcomes_renewed;  /* and so are the partners' outcomes */
	const char *removed;    /* why a published one ends; NULL: it does not */
	struct optional_time erased_since;
	const char *result; /* for operators */
};

/*
 * - Numbers that would tell of fewer than k contractors, by their difference from those published,
 *   wait: the published ones stay. A sub-cohort's move only together with the whole cohort's, and
 *   only if those outside of it do not give anybody away either.
 * - Partners' outcomes move only together with the other numbers, and if at least k voters' votes
 *   differ, or none. Else those published before stay, or none do when somebody in them is erased.
 *   What stands orders the partners.
 * - A pattern that fails the held-out test is not published; one that is published already keeps
 *   its numbers and is downgraded.
 * - Numbers that an erased contractor is in are withdrawn, if they cannot be replaced in time.
 */
struct ruling rule_on_pattern(const struct pattern_case *c, struct arena *arena);

/*
 * Since when somebody who may be in published numbers is erased, to count ERASED_MAX_DAYS from: as
 * noted with them, else his erasure's own time. Never later than as_of, whatever clock that time is
 * from. publication NULL: none.
 */
struct optional_time erased_since(const struct publication *publication,
				  struct optional_time erased_at, utc_us as_of);

/* decide_standing.c: what outcomes make of it (statistics §8) */

/* What is known of the goals that were made from a pattern. */
struct pattern_evidence {
	const char *pattern_key;
	struct outcome_evidence evidence;
	struct monthly_votes monthly; /* pooled */
};

/* Of all patterns that have votes, by key. */
struct votes {
	struct pattern_evidence *items;
	size_t count;
	double pooled;                       /* the success rate of all; set in each, too */
	const struct pattern_voters *voters; /* of items[i]; NULL: not known */
};

/* What the last recalculation found. */
struct known_standing {
	const char *pattern_key;
	enum standing standing;
	/* The status without what outcomes say, and why. */
	enum pattern_status cohort_status;
	const char *cohort_reason;
};

struct known_standings {
	const struct known_standing *items; /* of a pattern that was never judged: none */
	size_t count;
};

/* What this one finds. */
struct found_standing {
	const char *pattern_key;
	struct pattern_standing standing;
	enum pattern_status cohort_status;
	const char *cohort_reason;
};

/* judge_standing() of a pattern; level_ups NULL: unknown. */
struct pattern_standing standing_of(const struct votes *votes, const char *pattern_key,
				    const struct level_ups *level_ups, int64_t k,
				    struct arena *arena);

/* The published pattern as it would be without what outcomes have said of it. NULL of NULL. */
const struct pattern *without_outcomes(const struct pattern *published,
				       const struct known_standings *known, struct arena *arena);

/* Whether a pattern of the transition is or was retired, so that it must be calculated anew: nobody
 * knows otherwise who has levelled up since. One that its cohort has removed does not count. */
bool has_retired(const struct votes *votes, const struct known_standings *known,
		 const char *transition, int64_t k, struct arena *arena);

/* decide_recalculate.c */

/* A transition as it was analysed. */
struct transition {
	const char *transition; /* FROM>TO */
	int64_t at_risk;        /* contractors in the cohort */
	int64_t levelled_up;    /* of them */
	struct optional_time
		erased_at; /* somebody who was in it was, since it was last looked at */
	struct found_patterns found;
	/* What its last calculation came to, when it was not calculated anew: its patterns have new
	 * outcomes at most. NULL: it was. */
	const char *kept;
};

/* What a recalculation says of a pattern, or of a transition without one; for operators, not
 * published. */
struct finding {
	const char *pattern_key;
	const char *result; /* "published" "unchanged" "not enough data (3 of 5)" "removed: …" */
	int64_t at_risk, levelled_up;
	struct optional_int version;
	const char *held_out; /* the held-out test's result; NULL: not tested now */
};

struct findings {
	LIST_OF(struct finding) transitions;
};
extern const struct json_field findings_fields[];

struct pattern_change {
	struct pattern pattern; /* with its new version */
	bool removed;           /* a null value follows */
	const char *cause;      /* of this version: "cohort" "outcomes" "standing" */
};

struct recalculation {
	struct pattern_change
		*changes; /* in the order of the transitions, then what has none any more */
	size_t changes_count;
	const char **unchanged; /* keys */
	size_t unchanged_count;
	struct publication *publications; /* those that changed */
	size_t publications_count;
	struct found_standing *standings; /* of all patterns that were decided on */
	size_t standings_count;
	struct findings findings;
};

/* What a recalculation is decided from. */
struct analysis {
	const struct transition *transitions;
	size_t transitions_count;
	const struct pattern *const *known; /* as stored, whatever their status */
	size_t known_count;
	const struct publication *publications;
	size_t publications_count;
	const struct votes *votes;
	struct known_standings standings;
	const struct wording *wording;
	const char *only; /* the one transition that was asked for; NULL: all */
	utc_us as_of;
	int64_t k;
};

/* NULL: it was never published. */
const struct publication *find_publication(const struct analysis *analysis, const char *key);

/*
 * A pattern that says the same as the stored one keeps its version; a stored one that is not found
 * again is removed. What its cohort says of it is decided first; then its outcomes: flagged, it is
 * downgraded, retired removed, and from its cohort's next numbers on that let it return it is back.
 */
struct recalculation decide_recalculation(const struct analysis *analysis, struct arena *arena);
