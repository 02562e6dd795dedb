/* The history in Postgres: written a batch at a time, read whole for a recalculation. */
#pragma once

#include "cohort.h"
#include "confidence.h"
#include "decide.h"
#include "worker.h"

/* By contractor_id, none twice. */
struct contractor_logs {
	struct contractor_log *items;
	size_t count;
	struct db_answer latest; /* logs_ask()'s */
};

/* Asks for the last profiles of these contractors, whose logs stay where they are until
 * logs_take(). */
bool logs_ask(struct context *ctx, const int64_t *ids, size_t count,
	      struct contractor_logs *ret_logs, struct err *err);
/* The answers; and of the contractors of these contractor.updated the rows before each, where it is
 * not the last one. Not locked. */
bool logs_take(struct context *ctx, const struct batch *updates, const struct contractor_logs *logs,
	       struct err *err);
struct contractor_log *logs_find(const struct contractor_logs *logs, int64_t contractor_id);
/* Stores what has changed in the logs since these updates were taken into them; ERR_RETRY when
 * somebody else has changed them meanwhile. */
bool logs_save(struct context *ctx, const struct batch *updates, const struct contractor_logs *logs,
	       struct err *err);

bool history_add_actions(struct context *ctx, const struct batch *actions, struct err *err);
bool history_save_votes(struct context *ctx, const struct vote *votes, size_t count,
			struct err *err);
bool history_add_requests(struct context *ctx, const struct batch *requests, struct err *err);
bool history_erase(struct context *ctx, const struct batch *erasures, struct err *err);

/* A recalculation to be done. */
struct request {
	const char *event_id;
	const char *pattern_key; /* NULL: all patterns */
	utc_us as_of;
};

/* The oldest request that is not finished; NULL: none. */
bool request_find(struct db *db, struct arena *arena, struct request **ret_request,
		  struct err *err);
/* *ret_first: it was not finished before. inputs and outcome are JSON. */
bool request_finish(struct context *ctx, const struct request *request, const char *inputs,
		    const char *outcome, bool *ret_first, struct err *err);

/* How far each topic is in the state that the transaction sees, as JSON. */
bool positions_load(struct db *db, struct arena *arena, const char **ret_inputs, struct err *err);
/* All patterns, removed ones too, by pattern key; in the arena. */
bool patterns_load(struct db *db, struct arena *arena, struct pattern ***ret_patterns,
		   size_t *ret_count, struct err *err);
bool patterns_save(struct context *ctx, const struct recalculation *recalculation,
		   const char *inputs, utc_us as_of, struct err *err);
/* New versions that outcomes alone have caused: of the rows only what they say is written. */
bool patterns_save_confidence(struct context *ctx, const struct pattern *const *patterns,
			      size_t count, struct err *err);

/*
 * Feeds the histories of all contractors who were ever in a tier of a wanted transition to the
 * cohorts. In a transaction. Ends with ERR_RETRY soon after *stop is set. *rows_done is counted up
 * meanwhile.
 */
bool history_scan(struct db *db, const struct analyzer_config *config, struct cohorts *cohorts,
		  const atomic_bool *stop, atomic_llong *rows_done, struct err *err);
/* The same for these contractors, read one by one with their event ids: exact whatever the
 * histories are, but slow. */
bool history_scan_of(struct db *db, const struct analyzer_config *config,
		     const int64_t *contractors, size_t count, struct cohorts *cohorts,
		     const atomic_bool *stop, atomic_llong *rows_done, struct err *err);

/* The votes on all patterns, as of then, by pattern key, pooled; in the arena. ERR_RETRY soon after
 * *stop is set. */
bool votes_count(struct db *db, utc_us as_of, const atomic_bool *stop, struct arena *arena,
		 struct votes *ret_votes, struct err *err);

extern const struct statement *const cohort_analyzer_statements[];
