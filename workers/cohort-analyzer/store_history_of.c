/* The histories of some contractors, with the event ids, which order what happened at one
 * instant. */
#include "rows.h"
#include "store.h"

/* Their rows are in memory together. */
#define AT_A_TIME 256

/* One contractor's. */
struct reading {
	const struct vocabulary *vocabulary;
	struct arena *arena;
	struct observation *observations;
	struct action *actions;
	size_t observations_count, actions_count;
};

static bool add_contractor(struct reading *reading, const struct history_row *rows, size_t count,
			   struct cohorts *cohorts, struct err *err)
{
	reading->observations = arena_array(reading->arena, struct observation, count);
	reading->actions = arena_array(reading->arena, struct action, count);
	reading->observations_count = reading->actions_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_action)
			reading->actions[reading->actions_count++] = action_of_row(&rows[i]);
		else if (!observation_of_row(&rows[i], reading->vocabulary, reading->arena,
					     &reading->observations[reading->observations_count++],
					     err))
			return false;
	}
	/* The server's order of event ids may not be ours. */
	history_sort(reading->observations, reading->observations_count, reading->actions,
		     reading->actions_count);

	struct history history = {
		.observations = reading->observations,
		.observations_count = reading->observations_count,
		.actions = reading->actions,
		.actions_count = reading->actions_count,
		.contractor_id = rows->contractor_id,
	};

	if (history.observations_count > 0)
		analyze_revenue_transitions(cohorts, &history);
	return true;
}

static bool add_contractors(struct db *db, struct reading *reading, const int64_t *contractors,
			    size_t count, struct cohorts *cohorts, atomic_llong *rows_done,
			    struct err *err)
{
	struct history_row *rows;
	size_t rows_count, end;

	if (!db_run(db, &analyzer_statements.load_history, contractors, count, reading->arena,
		    &rows, &rows_count, err))
		return false;
	atomic_fetch_add(rows_done, (long long)rows_count);
	for (size_t start = 0; start < rows_count; start = end) {
		end = start + 1;
		while (end < rows_count && rows[end].contractor_id == rows[start].contractor_id)
			end++;
		if (!add_contractor(reading, &rows[start], end - start, cohorts, err))
			return false;
	}
	return true;
}

bool history_scan_of(struct db *db, const struct analyzer_config *config,
		     const int64_t *contractors, size_t count, struct cohorts *cohorts,
		     const atomic_bool *stop, atomic_llong *rows_done, struct err *err)
{
	struct arena arena;
	struct reading reading = { .vocabulary = &config->vocabulary, .arena = &arena };
	bool ok = true;

	arena_init(&arena);
	for (size_t i = 0; ok && i < count; i += AT_A_TIME) {
		size_t some = count - i < AT_A_TIME ? count - i : AT_A_TIME;

		ok = atomic_load(stop) ? err_set(err, ERR_RETRY, "stopped")
				       : add_contractors(db, &reading, &contractors[i], some,
							 cohorts, rows_done, err);
		arena_reset(&arena);
	}
	arena_release(&arena);
	return ok;
}
