/*
 * cohort-analyzer's rules, without I/O: what of a contractor's profiles is worth keeping, which
 * outcome of a goal counts, and what a recalculation changes in the published patterns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "constants.h"
#include "err.h"
#include "messages.h"
#include "options.h"
#include "vocabulary.h"

enum recalculation_schedule { SCHEDULE_OFF, SCHEDULE_MONTHLY };

struct recalculation_options {
	enum recalculation_schedule schedule;
	double drift_share;
	int64_t drift_every_ms;
};
extern const struct config_option recalculation_options[];

/* The worker's configuration. */
struct analyzer_config {
	struct vocabulary vocabulary;
	struct constants constants;
	struct recalculation_options recalculation;
};

/* A contractor.updated whose tier is in the vocabulary; else false with ERR_POISON. */
bool analyzer_check_tier(const void *updated, const void *config, struct err *err);

/* decide_observe.c: profiles */

/* A profile that was kept, and until when the same one was heard again. */
struct kept_profile {
	struct contractor_updated profile;
	const char *event_id;
	utc_us heard_until;
	utc_us stored_until; /* heard_until as it is stored */
	bool added;          /* to be stored */
	bool extended;       /* heard_until is to be stored */
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

/* decide_recalculate.c */

/* A transition as it was analysed. */
struct transition {
	const char *pattern_key;
	int64_t at_risk;             /* contractors in the cohort */
	int64_t levelled_up;         /* of them */
	const struct pattern *found; /* NULL: too few levelled up */
	/* What its last calculation came to, when it was not calculated anew: found then has new
	 * outcomes at most. NULL: it was. */
	const char *kept;
};

/* What a recalculation says of a transition; for operators, not published. */
struct finding {
	const char *pattern_key;
	const char *result; /* "published" "unchanged" "not enough data (3 of 5)" "removed: …" */
	int64_t at_risk, levelled_up;
	struct optional_int version;
};

struct findings {
	LIST_OF(struct finding) transitions;
};
extern const struct json_field findings_fields[];

struct pattern_change {
	struct pattern pattern; /* with its new version */
	bool removed;           /* a null value follows */
};

struct recalculation {
	struct pattern_change
		*changes; /* in the order of the transitions, then what has none any more */
	size_t changes_count;
	const char **unchanged; /* keys */
	size_t unchanged_count;
	struct findings findings;
};

/* What a recalculation is decided from. */
struct analysis {
	const struct transition *transitions;
	size_t transitions_count;
	const struct pattern *const *known; /* as stored, whatever their status */
	size_t known_count;
	const char *only; /* the one transition that was asked for; NULL: all */
	utc_us as_of;
	int64_t k;
};

/*
 * A pattern that says the same as the stored one keeps its version; a stored one that is not found
 * again is removed.
 */
struct recalculation decide_recalculation(const struct analysis *analysis, struct arena *arena);
