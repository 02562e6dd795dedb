/* At a batch's beginning: contractors are known by their keys, so Postgres reads while messages are
 * decoded. */
#include "batch_ask.h"

#include "statements.h"

static bool ask_erasures(struct batch_run *run, const int64_t *ids, size_t count,
			 struct db_answer *ret_answer, struct err *err)
{
	struct arena *arena = &run->runner->arena;
	struct erasure_row *wanted = arena_array(arena, struct erasure_row, count);
	struct lock_row shared = { .exclusive = false };

	for (size_t i = 0; i < count; i++)
		wanted[i].contractor_id = ids[i];
	return db_post(run->runner->db, &lock_erasures, &shared, 1, err) &&
	       db_ask(run->runner->db, &read_erasures, wanted, count, arena, ret_answer, err);
}

bool batch_collect_ids(const struct worker *worker, const struct raw_message *raws, size_t count,
		       struct arena *arena, struct asked_ids *ret_ids)
{
	const struct route *routes = worker->routes;

	*ret_ids = (struct asked_ids){ .ids = arena_array(arena, int64_t, count) };
	for (size_t route = 0; routes[route].topic; route++) {
		for (size_t i = 0; i < count; i++) {
			if (!raws[i].value)
				return false;
			if (raws[i].route == &routes[route] &&
			    routes[route].key == ROUTE_KEY_CONTRACTOR &&
			    raw_contractor_id(&raws[i], &ret_ids->ids[ret_ids->count]))
				ret_ids->count++;
		}
		ret_ids->starts[route + 1] = ret_ids->count;
	}
	return true;
}

/* Of those whom it was asked ahead for, only the ones that the last batch may have changed are
 * asked for again. */
static bool ask_route(struct batch_run *run, size_t route, const int64_t *ids, size_t count,
		      void **ret_asked, struct err *err)
{
	const struct route *asking = &run->runner->worker->routes[route];
	int64_t *changed;

	*ret_asked = read_ahead_asked(run, route);
	if (*ret_asked) {
		count = read_ahead_changed(run, ids, count, &run->runner->arena, &changed);
		ids = changed;
	}
	return count == 0 || asking->ask(ids, count, &run->context, ret_asked, err) ||
	       err_wrap(err, "%s", asking->topic);
}

/* Who erases locks otherwise, and what is read would change. */
static bool ask_contractors(struct batch_run *run, const struct work *work,
			    struct sorted_messages *sorted, struct err *err)
{
	const struct route *routes = run->runner->worker->routes;

	if (!batch_collect_ids(run->runner->worker, work->raws, work->count, &run->runner->arena,
			       &run->ids))
		return true;
	if (!ask_erasures(run, run->ids.ids, run->ids.count, &sorted->erasures, err))
		return false;
	sorted->asked = true;
	for (size_t i = 0; routes[i].topic; i++) {
		size_t start = run->ids.starts[i], end = run->ids.starts[i + 1];

		if (routes[i].ask && !ask_route(run, i, run->ids.ids + start, end - start,
						&sorted->routes[i].asked, err))
			return false;
	}
	return true;
}

bool batch_ask_ahead(struct batch_run *run, const struct work *work, struct err *err)
{
	run->asked = arena_new(&run->runner->arena, struct sorted_messages);
	return work->kind != WORK_MESSAGES || work->poison ||
	       ask_contractors(run, work, run->asked, err);
}

void batch_read_ahead(struct batch_run *run, const struct work *work)
{
	if (work->next_count && run->asked->asked)
		read_ahead_begin(run, work, &run->ids);
}
