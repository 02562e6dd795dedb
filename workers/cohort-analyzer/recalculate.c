/*
 * One request at a time, the oldest first. The work reads everything in one snapshot, the positions
 * included: these say exactly what it knew. Only the owner of the request partition does this, so
 * patterns have one writer.
 *
 * Only transitions that have changed are counted; the patterns of the others stay as they are, but
 * for what outcomes say of them.
 *
 * The place of the time-matched test and of discovery (statistics §3, §5) is in common/domain,
 * behind identify_common_patterns(); analyse() may then find more than one pattern of a transition.
 */
#include "recalculate.h"

#include "instant.h"
#include "messages.h"
#include "pattern.h"
#include "store_changes.h"

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

/* Only what has changed, or was asked for, is collected. states are the cohorts' transitions. */
static struct cohorts *wanted_cohorts(const struct analyzer_config *config, const struct wish *wish,
				      const struct transition_state *states, struct arena *arena)
{
	struct cohorts *cohorts =
		cohorts_new(arena, &config->vocabulary, &config->constants, wish->as_of);

	for (size_t i = 0; i < cohorts->count; i++)
		cohorts->items[i].wanted = transition_is_due(&states[i], wish);
	return cohorts;
}

static bool any_wanted(const struct cohorts *cohorts)
{
	for (size_t i = 0; i < cohorts->count; i++)
		if (cohorts->items[i].wanted)
			return true;
	return false;
}

static struct outcome_evidence outcomes_of(const struct votes *votes, const char *key)
{
	for (size_t i = 0; i < votes->count; i++)
		if (strcmp(votes->items[i].pattern_key, key) == 0)
			return votes->items[i].evidence;
	return (struct outcome_evidence){ .pooled = votes->pooled };
}

/* A transition that was not calculated: its patterns as they are, with today's outcomes. */
static size_t keep_transition(const struct transition_state *state, const struct analysis *analysis,
			      const struct votes *votes, struct transition *kept,
			      struct arena *arena)
{
	size_t count = 0;

	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *known = analysis->known[i];
		struct outcome_evidence outcomes = outcomes_of(votes, known->pattern_key);
		struct pattern *pattern;

		if (!key_is_of(known->pattern_key, state->transition) ||
		    known->status == PATTERN_REMOVED)
			continue;
		pattern = arena_memdup(arena, known, sizeof(*known));
		pattern_set_confidence(pattern, &outcomes, analysis->k);
		kept[count++] =
			(struct transition){ .pattern_key = known->pattern_key, .found = pattern };
	}
	if (count == 0)
		kept[count++].pattern_key =
			pattern_key_of(state->from_tier, state->to_tier, PATTERN_TYPE_WHOLE, arena);
	for (size_t i = 0; i < count; i++) {
		kept[i].at_risk = state->at_risk;
		kept[i].levelled_up = state->levelled_up;
		kept[i].kept = state->result;
	}
	return count;
}

static void analyse(const struct cohorts *cohorts, const struct transition_state *states,
		    const struct votes *votes, struct analysis *analysis, struct arena *arena)
{
	size_t room = cohorts->count + analysis->known_count;
	struct transition *transitions = arena_array(arena, struct transition, room);
	size_t count = 0;

	for (size_t i = 0; i < cohorts->count; i++) {
		const char *key = whole_key(cohorts->vocabulary, i, arena);
		struct outcome_evidence outcomes = outcomes_of(votes, key);

		if (!cohorts->items[i].wanted && states[i].as_of.present) {
			count += keep_transition(&states[i], analysis, votes, &transitions[count],
						 arena);
			continue;
		}
		transitions[count++] = (struct transition){
			.pattern_key = key,
			.at_risk = (int64_t)cohorts->items[i].count,
			.levelled_up = (int64_t)cohorts->items[i].levellers,
			.found = identify_common_patterns(cohorts, i, &outcomes, arena),
		};
	}
	analysis->transitions = transitions;
	analysis->transitions_count = count;
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

/* In the snapshot's transaction. */
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
	struct analysis analysis = {
		.only = wish.only,
		.as_of = request->as_of,
		.k = config->constants.k,
	};
	size_t count;
	struct transition_state *states = ladder_of(&config->vocabulary, &count, arena);
	struct cohorts *cohorts;
	struct pattern **known;
	struct votes votes;
	int64_t total;

	if (!snapshot_read(db, arena, &ret_result->calculated.snapshot, err) ||
	    !positions_load(db, arena, &ret_result->inputs, err) ||
	    !transitions_load(db, states, count, INSTANT_LATEST, arena, err) ||
	    !patterns_load(db, arena, &known, &analysis.known_count, err) ||
	    !history_estimate(db, arena, &total, err))
		return false;
	atomic_store(&job->progress.total, total);
	cohorts = wanted_cohorts(config, &wish, states, arena);
	progress_enter(&job->progress, PHASE_OUTCOMES);
	if (!votes_count(db, request->as_of, stop, arena, &votes, err))
		return false;
	progress_enter(&job->progress, PHASE_HISTORY);
	if (any_wanted(cohorts) &&
	    !history_scan(db, config, cohorts, stop, &job->progress.done, err))
		return false;
	progress_enter(&job->progress, PHASE_PATTERNS);
	analysis.known = (const struct pattern *const *)known;
	analyse(cohorts, states, &votes, &analysis, arena);
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
	return db_commit(db, err);
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
	progress_end(&job->progress, first ? &recalculation->findings : NULL);
	if (!first)
		return true; /* another owner was faster: this is out of date */
	for (size_t i = 0; i < recalculation->changes_count; i++)
		publish(ctx, cause, &recalculation->changes[i]);
	return patterns_save(ctx, recalculation, found->inputs, request->as_of, err) &&
	       transitions_save(ctx, &found->calculated, err);
}
