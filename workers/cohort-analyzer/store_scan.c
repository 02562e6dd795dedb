/*
 * Reading the whole history for a recalculation, row by row: of all contractors only the spells are
 * held, of one at a time the rows.
 */
#include "outcome.h"
#include "rows.h"
#include "store.h"
#include "team.h"

static bool stopped(const atomic_bool *stop, struct err *err)
{
	return atomic_load(stop) && !err_set(err, ERR_RETRY, "stopped");
}

/* The contractor whose rows are coming in. */
struct scan {
	const struct analyzer_config *config;
	struct cohorts *cohorts;
	const atomic_bool *stop;
	atomic_llong *rows_done;
	struct arena arena; /* his history */
	int64_t contractor_id;
	struct observation *observations;
	size_t observations_count, observations_room;
	struct action *actions;
	size_t actions_count, actions_room;
};

/* He is complete: his spells are added and his rows forgotten. */
static void finish_contractor(struct scan *scan)
{
	struct history history = {
		.observations = scan->observations,
		.observations_count = scan->observations_count,
		.actions = scan->actions,
		.actions_count = scan->actions_count,
		.contractor_id = scan->contractor_id,
	};

	/* The server's order of event ids may not be ours. */
	history_sort(scan->observations, scan->observations_count, scan->actions,
		     scan->actions_count);
	if (scan->observations_count > 0)
		analyze_revenue_transitions(scan->cohorts, &history);
	arena_reset(&scan->arena);
	scan->observations = NULL;
	scan->observations_count = scan->observations_room = 0;
	scan->actions = NULL;
	scan->actions_count = scan->actions_room = 0;
}

static bool add_observation(struct scan *scan, const struct history_row *row, struct err *err)
{
	struct arena *arena = &scan->arena;

	if (scan->observations_count == scan->observations_room) {
		scan->observations_room = scan->observations_room ? 2 * scan->observations_room : 8;
		scan->observations = arena_grow(arena, scan->observations, scan->observations_count,
						scan->observations_room,
						sizeof(*scan->observations));
	}

	struct observation *observation = &scan->observations[scan->observations_count++];

	*observation = (struct observation){
		.time = row->occurred_at,
		.event_id = arena_strdup(arena, row->event_id),
		.tier_rank = vocabulary_tier_rank(&scan->config->vocabulary, row->revenue_tier),
		.team_size = {
			.number = row->team_size.value,
			.text = arena_strdup(arena, row->team_band),
			.present = row->team_size.present || row->team_band,
		},
		.stage = arena_strdup(arena, row->current_stage),
		.annual_revenue = row->annual_revenue,
		.tier_since = row->tier_since,
		.status = (enum contractor_status)name_index(contractor_status_names, row->status),
		.heard_until = row->heard_until.value,
	};
	return focus_areas_read(row->focus_areas, &observation->focus_areas, arena, err);
}

static void add_action(struct scan *scan, const struct history_row *row)
{
	struct arena *arena = &scan->arena;

	if (scan->actions_count == scan->actions_room) {
		scan->actions_room = scan->actions_room ? 2 * scan->actions_room : 16;
		scan->actions = arena_grow(arena, scan->actions, scan->actions_count,
					   scan->actions_room, sizeof(*scan->actions));
	}
	scan->actions[scan->actions_count++] = (struct action){
		.time = row->occurred_at,
		.event_id = arena_strdup(arena, row->event_id),
		.kind = (enum action_kind)name_index(action_kind_names, row->kind),
		.item = arena_strdup(arena, row->item),
		.name = arena_strdup(arena, row->name),
		.satisfaction = row->satisfaction,
	};
}

static bool take_row(const void *row, void *closure, struct err *err)
{
	const struct history_row *history = row;
	struct scan *scan = closure;

	if (stopped(scan->stop, err))
		return false;
	atomic_fetch_add_explicit(scan->rows_done, 1, memory_order_relaxed);
	if (history->contractor_id != scan->contractor_id) {
		finish_contractor(scan);
		scan->contractor_id = history->contractor_id;
	}
	if (!history->is_action)
		return add_observation(scan, history, err);
	add_action(scan, history);
	return true;
}

bool history_scan(struct db *db, const struct analyzer_config *config, struct cohorts *cohorts,
		  const atomic_bool *stop, atomic_llong *rows_done, struct err *err)
{
	struct scan scan = {
		.config = config, .cohorts = cohorts, .stop = stop, .rows_done = rows_done
	};
	bool ok;

	arena_init(&scan.arena);
	ok = db_stream(db, &analyzer_statements.load_history, NULL, take_row, &scan, err);
	if (ok)
		finish_contractor(&scan);
	arena_release(&scan.arena);
	return ok;
}

/* The pattern whose votes are coming in. */
struct poll {
	utc_us as_of;
	const atomic_bool *stop;
	struct arena *arena;  /* of the result */
	struct arena scratch; /* of one pattern's votes */
	const char *pattern_key;
	struct outcome_recorded *votes;
	size_t votes_count, votes_room;
	struct votes result;
	size_t result_room;
};

static void finish_pattern(struct poll *poll)
{
	struct votes *result = &poll->result;

	if (!poll->pattern_key)
		return;
	if (result->count == poll->result_room) {
		poll->result_room = poll->result_room ? 2 * poll->result_room : 16;
		result->items = arena_grow(poll->arena, result->items, result->count,
					   poll->result_room, sizeof(*result->items));
	}
	result->items[result->count++] = (struct pattern_evidence){
		.pattern_key = poll->pattern_key,
		.evidence =
			count_votes(poll->votes, poll->votes_count, poll->as_of, &poll->scratch),
	};
	arena_reset(&poll->scratch);
	poll->votes = NULL;
	poll->votes_count = poll->votes_room = 0;
}

static bool take_vote(const void *row, void *closure, struct err *err)
{
	const struct vote_row *vote = row;
	struct poll *poll = closure;

	if (stopped(poll->stop, err))
		return false;
	if (!poll->pattern_key || strcmp(poll->pattern_key, vote->pattern_key) != 0) {
		finish_pattern(poll);
		poll->pattern_key = arena_strdup(poll->arena, vote->pattern_key);
	}
	if (poll->votes_count == poll->votes_room) {
		poll->votes_room = poll->votes_room ? 2 * poll->votes_room : 256;
		poll->votes = arena_grow(&poll->scratch, poll->votes, poll->votes_count,
					 poll->votes_room, sizeof(*poll->votes));
	}
	poll->votes[poll->votes_count++] = (struct outcome_recorded){
		.pattern_key = poll->pattern_key,
		.voter = vote->voter,
		.outcome = (enum goal_outcome)name_index(outcome_recorded_outcome_names,
							 vote->outcome),
		.goal_created_at = vote->goal_created_at,
		.occurred_at = vote->occurred_at,
		.satisfaction = vote->satisfaction,
		.revenue_impact =
			(enum revenue_impact)name_index(revenue_impact_names, vote->revenue_impact),
	};
	return true;
}

static void pool(struct votes *votes, struct arena *arena)
{
	struct outcome_evidence *all = arena_array(arena, struct outcome_evidence, votes->count);

	for (size_t i = 0; i < votes->count; i++)
		all[i] = votes->items[i].evidence;
	votes->pooled = pooled_success(all, votes->count);
	for (size_t i = 0; i < votes->count; i++)
		votes->items[i].evidence.pooled = votes->pooled;
}

bool votes_count(struct db *db, utc_us as_of, const atomic_bool *stop, struct arena *arena,
		 struct votes *ret_votes, struct err *err)
{
	struct poll poll = { .as_of = as_of, .stop = stop, .arena = arena };
	bool ok;

	arena_init(&poll.scratch);
	ok = db_stream(db, &analyzer_statements.load_votes, NULL, take_vote, &poll, err);
	if (ok) {
		finish_pattern(&poll);
		pool(&poll.result, arena);
		*ret_votes = poll.result;
	}
	arena_release(&poll.scratch);
	return ok;
}
