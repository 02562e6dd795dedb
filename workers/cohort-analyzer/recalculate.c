/*
 * One request at a time, the oldest first. The work reads everything in one snapshot, the positions
 * included: these say exactly what it knew. Only the owner of the request partition does this, so
 * patterns have one writer.
 *
 * Only transitions that have changed are counted; the patterns of the others stay as they are, but
 * for what outcomes say of them.
 *
 * What is found is identify_common_patterns()' business (search.h), and what may be published of it
 * that of decide_publish.c.
 */
#include "recalculate.h"

#include "instant.h"
#include "messages.h"
#include "pattern.h"
#include "search.h"
#include "store_changes.h"
#include "store_publications.h"
#include "store_standings.h"

struct recalculation_result {
	struct recalculation recalculation;
	struct calculated calculated;
	const char *inputs;
};

static const char *whole_key(const struct vocabulary *vocabulary, size_t from, struct arena *arena)
{
	const struct label *tiers = &vocabulary->tiers.items[from];

	return pattern_key_of(tiers[0].name, tiers[1].name, PATTERN_TYPE_WHOLE, arena);
}

/* Only what has changed, was asked for, or may let a pattern return is collected. states are the
 * cohorts' transitions. */
static struct cohorts *wanted_cohorts(const struct analyzer_config *config, const struct wish *wish,
				      const struct transition_state *states,
				      const struct analysis *analysis, struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &config->vocabulary, &config->constants, wish->as_of);

	for (size_t i = 0; i < cohorts->count; i++)
		cohorts->items[i].wanted =
			transition_is_due(&states[i], wish) ||
			(!wish->only && has_retired(analysis->votes, &analysis->standings,
						    states[i].transition, analysis->k, arena));
	return cohorts;
}

static bool any_wanted(const struct cohorts *cohorts)
{
	for (size_t i = 0; i < cohorts->count; i++)
		if (cohorts->items[i].wanted)
			return true;
	return false;
}

static struct transition *analyse(const struct cohorts *cohorts, const struct found_patterns *found,
				  const struct transition_state *states, struct arena *arena)
{
	struct transition *transitions = arena_array(arena, struct transition, cohorts->count);

	for (size_t i = 0; i < cohorts->count; i++) {
		transitions[i] = (struct transition){
			.transition = states[i].transition,
			.at_risk = states[i].at_risk,
			.levelled_up = states[i].levelled_up,
			.erased_at = states[i].erased_at,
			.kept = states[i].result,
		};
		if (!cohorts->items[i].wanted && states[i].as_of.present)
			continue;
		transitions[i].kept = NULL;
		transitions[i].at_risk = (int64_t)cohorts->items[i].count;
		transitions[i].levelled_up = (int64_t)cohorts->items[i].levellers;
		transitions[i].found = found[i];
	}
	return transitions;
}

static const char *result_of(const struct recalculation *recalculation, const char *pattern_key)
{
	for (size_t i = 0; i < recalculation->findings.transitions.count; i++)
		if (strcmp(recalculation->findings.transitions.items[i].pattern_key, pattern_key) ==
		    0)
			return recalculation->findings.transitions.items[i].result;
	return "";
}

/* What is to be stored of the transitions that were calculated. */
static void note_calculated(const struct cohorts *cohorts, const struct request *request,
			    const struct wish *wish, struct transition_state *states,
			    struct recalculation_result *result, struct arena *arena)
{
	struct calculated *calculated = &result->calculated;

	calculated->states = arena_array(arena, struct transition_state, cohorts->count);
	calculated->as_of = wish->as_of;
	calculated->only = wish->only;
	calculated->ladder.items = arena_array(arena, const char *, cohorts->count);
	for (size_t i = 0; i < cohorts->count; i++) {
		struct transition_state *state = &states[i];

		calculated->ladder.items[calculated->ladder.count++] = state->transition;
		if (!cohorts->items[i].wanted)
			continue;
		state->settings = wish->settings;
		state->event_id = request->event_id;
		state->at_risk = (int64_t)cohorts->items[i].count;
		state->levelled_up = (int64_t)cohorts->items[i].levellers;
		state->result =
			result_of(&result->recalculation, whole_key(cohorts->vocabulary, i, arena));
		calculated->states[calculated->count++] = *state;
	}
}

/* What is known before: the snapshot, and of the transitions what their last calculations found.
 * *ret_total: rows of the history. */
static bool load_known(struct db *db, struct optional_time until, struct transition_state *states,
		       size_t count, struct analysis *analysis, struct recalculation_result *result,
		       int64_t *ret_total, struct arena *arena, struct err *err)
{
	struct pattern **known;

	if (!snapshot_read(db, arena, &result->calculated.snapshot, err) ||
	    !positions_load(db, arena, &result->inputs, err) ||
	    !transitions_load(db, states, count, until, arena, err) ||
	    !patterns_load(db, arena, &known, &analysis->known_count, err) ||
	    !publications_load(db, arena, &analysis->publications, &analysis->publications_count,
			       err) ||
	    !standings_load(db, arena, &analysis->standings, err) ||
	    !history_estimate(db, arena, ret_total, err))
		return false;
	analysis->known = (const struct pattern *const *)known;
	return true;
}

/* In the snapshot's transaction, which it ends when it has read everything. */
static bool recalculate(struct db *db, const struct analyzer_config *config,
			struct recalculation_job *job, const atomic_bool *stop, struct arena *arena,
			struct recalculation_result *ret_result, struct err *err)
{
	const struct request *request = job->request;
	struct wish wish = {
		.only = request->pattern_key ? transition_of_key(request->pattern_key, arena)
					     : NULL,
		.as_of = request->as_of,
		.settings = settings_fingerprint(config, arena),
	};
	struct votes votes;
	struct analysis analysis = {
		.only = wish.only,
		.as_of = request->as_of,
		.k = config->constants.k,
		.wording = &config->vocabulary.wording,
		.votes = &votes,
	};
	/* What is asked for by key is calculated in any case. */
	struct optional_time until = { INSTANT_LATEST, !wish.only };
	size_t count;
	struct transition_state *states = ladder_of(&config->vocabulary, &count, arena);
	struct cohorts *cohorts;
	struct found_patterns *found;
	int64_t total;

	if (!load_known(db, until, states, count, &analysis, ret_result, &total, arena, err))
		return false;
	atomic_store(&job->progress.total, total);
	progress_enter(&job->progress, PHASE_OUTCOMES);
	if (!votes_count(db, request->as_of, stop, arena, &votes, err))
		return false;
	note_votes(states, count, &analysis, arena);
	cohorts = wanted_cohorts(config, &wish, states, &analysis, arena);
	cohorts->voters = votes.voters;
	cohorts->voters_count = votes.count;
	progress_enter(&job->progress, PHASE_HISTORY);
	if (any_wanted(cohorts) &&
	    !history_scan(db, config, cohorts, stop, &job->progress.done, err))
		return false;
	/* Everything is read. The search may take minutes, and a snapshot held that long keeps
	 * VACUUM from its work. */
	if (!db_commit(db, err))
		return false;
	progress_enter(&job->progress, PHASE_PATTERNS);
	found = arena_array(arena, struct found_patterns, cohorts->count);
	if (!search_patterns(cohorts, config->recalculation.threads, stop, arena, found, err))
		return false;
	analysis.transitions = analyse(cohorts, found, states, arena);
	analysis.transitions_count = cohorts->count;
	ret_result->recalculation = decide_recalculation(&analysis, arena);
	note_calculated(cohorts, request, &wish, states, ret_result, arena);
	return true;
}

bool recalculation_work(struct db *db, const struct analyzer_config *config,
			struct recalculation_job *job, struct arena *arena, const atomic_bool *stop,
			void **ret_result, struct err *err)
{
	struct recalculation_result *result = arena_new(arena, struct recalculation_result);
	bool ok = db_begin_snapshot(db, err) &&
		  recalculate(db, config, job, stop, arena, result, err);

	progress_leave();
	if (!ok) {
		db_rollback(db);
		return err_wrap(err, "recalculation %s", job->request->event_id);
	}
	*ret_result = result;
	return true;
}

static void publish(struct context *ctx, struct message *cause, const struct pattern_change *change)
{
	const struct pattern *pattern = &change->pattern;

	emit(ctx, cause, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key, pattern_fields, pattern,
	     pattern->as_of);
	if (change->removed)
		emit_tombstone(ctx, cause, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key,
			       pattern->as_of);
}

bool recalculation_finish(struct context *ctx, struct message *cause, struct recalculation_job *job,
			  const void *result, struct err *err)
{
	const struct request *request = job->request;
	const struct recalculation_result *found = result;
	const struct recalculation *recalculation = &found->recalculation;
	bool first;

	if (!request_finish(ctx, request, found->inputs,
			    json_encode_text(findings_fields, &recalculation->findings, ctx->arena),
			    &first, err))
		return false;
	job->findings = first ? &recalculation->findings : NULL;
	if (!first)
		return true; /* another owner was faster: this is out of date */
	for (size_t i = 0; i < recalculation->changes_count; i++)
		publish(ctx, cause, &recalculation->changes[i]);
	return patterns_save(ctx, recalculation, found->inputs, request->as_of, err) &&
	       publications_save(ctx, recalculation, err) &&
	       standings_save(ctx, recalculation, err) &&
	       transitions_save(ctx, &found->calculated, request->event_id, err);
}
