/* Cohorts of the history that cohort-analyzer has stored, read as a recalculation reads it. */
#pragma once

#include "database.h"
#include "store.h"

static inline struct cohorts *stored_cohorts(utc_us as_of, struct arena *arena)
{
	struct analyzer_config *config = arena_new(arena, struct analyzer_config);
	const char *conninfo = arena_printf(arena,
					    "%s options='-c search_path=cohort_analyzer,public'",
					    getenv("GROWTH_POSTGRES_CONNINFO"));
	struct db *db = test_connect(conninfo);
	atomic_bool stop = false;
	atomic_llong rows = 0;
	struct err err = { 0 };
	struct cohorts *cohorts;

	config->vocabulary = default_vocabulary;
	config->constants = default_constants;
	config->recalculation.threads = 2;
	cohorts = cohorts_new(arena, &config->vocabulary, &config->constants, as_of);
	cr_assert(db_begin_snapshot(db, &err) &&
			  history_scan(db, config, cohorts, &stop, &rows, &err) &&
			  db_commit(db, &err),
		  "%s", err.text);
	db_close(db);
	return cohorts;
}
