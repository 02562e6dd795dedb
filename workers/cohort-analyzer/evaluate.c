/*
 * Marked voters are taken in chunks. Only when nobody is left are the patterns looked at: what half
 * of the voters say would be published otherwise.
 *
 * What is stored follows from the votes, from the time that it is for and from the patterns' n and
 * c, whatever the order in which things came: voters' parts are functions of their votes and of
 * as_of, and their sums are exact. A chunk that was read before something changed is no harm: who
 * was marked meanwhile keeps his mark (due_voters_save()), and as_of never goes back. So when
 * nobody is left, everybody's part is what he said in the snapshot of the last chunk, and the
 * positions of that are the look's inputs.
 */
#include "evaluate.h"

#include "instant.h"
#include "messages.h"
#include "metrics.h"
#include "pattern.h"

#define CHUNK_VOTERS 5000

struct evaluation_metrics {
	struct metric *waiting, *evaluations, *publications;
};

/* All at once: of a counter that begins with its first increment nobody could tell a rate. */
static struct evaluation_metrics evaluation_metrics(void)
{
	return (struct evaluation_metrics){
		.waiting = metric_register(METRIC_GAUGE, "growth_confidence_voters_waiting", NULL,
					   "Voters to be looked at for the confidence of patterns, "
					   "at most 10000"),
		.evaluations = metric_register(METRIC_COUNTER,
					       "growth_confidence_evaluations_total", NULL,
					       "Looks at what outcomes say of patterns"),
		.publications = metric_register(
			METRIC_COUNTER, "growth_confidence_publications_total", NULL,
			"Patterns published anew because outcomes moved their confidence"),
	};
}

bool evaluation_find(struct context *ctx, utc_us clock, struct arena *arena,
		     struct evaluation_job **ret_job, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	struct evaluation_state state;

	*ret_job = NULL;
	if (!evaluation_look(ctx->db, clock, arena, &state, err))
		return false;
	metric_set(evaluation_metrics().waiting, (double)state.waiting);
	if (evaluation_is_due(&state, &config->confidence, clock)) {
		*ret_job = arena_new(arena, struct evaluation_job);
		**ret_job = (struct evaluation_job){ .as_of = state.as_of.value,
						     .clock = clock,
						     .asked = state.asked };
	}
	return true;
}

bool evaluation_work(struct db *db, const struct evaluation_job *job, struct arena *arena,
		     struct due_voters **ret_due, struct err *err)
{
	*ret_due = arena_new(arena, struct due_voters);
	if (db_begin_snapshot(db, err) && positions_load(db, arena, &(*ret_due)->inputs, err) &&
	    due_voters_load(db, job->as_of, CHUNK_VOTERS, arena, *ret_due, err) &&
	    db_commit(db, err))
		return true;
	db_rollback(db);
	return err_wrap(err, "voters for the confidence of patterns");
}

static const struct pattern *with_key(struct pattern *const *patterns, size_t count,
				      const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(patterns[i]->pattern_key, key) == 0)
			return patterns[i];
	return NULL;
}

/* Its id depends on nothing but what is published. */
static void publish(struct context *ctx, const struct message *cause, const struct pattern *pattern)
{
	char as_of[INSTANT_TEXT_SIZE];
	struct message *own;

	instant_format(pattern->confidence_as_of.value, as_of);
	own = part_of(ctx, cause,
		      arena_printf(ctx->arena, "%s/%lld/%s", pattern->pattern_key,
				   (long long)pattern->version, as_of));
	emit(ctx, own, TOPIC_PATTERN_RECALCULATED, pattern->pattern_key, pattern_fields, pattern,
	     pattern->confidence_as_of.value);
}

/* The same pattern with another confidence, as its next version; *evaluated is then of that. */
static const struct pattern *next_version(const struct pattern *stored, utc_us as_of,
					  struct evaluated_pattern *evaluated, struct arena *arena)
{
	struct pattern *next = arena_memdup(arena, stored, sizeof(*stored));

	next->version = ++evaluated->version.value;
	next->confidence_score = cap_confidence(evaluated->confidence.score, stored->status);
	next->expected_success = evaluated->confidence.expected;
	next->outcome_voters = evaluated->voters;
	next->confidence_as_of = (struct optional_time){ as_of, true };
	return next;
}

static bool publish_moved(struct context *ctx, const struct message *cause, const struct look *look,
			  struct evaluated_pattern *evaluated, size_t count, size_t *ret_published,
			  struct err *err)
{
	const struct pattern **moved = arena_array(ctx->arena, const struct pattern *, count);
	struct pattern **stored;
	size_t moved_count = 0, stored_count;

	for (size_t i = 0; i < count; i++)
		moved_count += evaluated[i].moved;
	*ret_published = moved_count;
	if (moved_count == 0)
		return true;
	if (!patterns_load(ctx->db, ctx->arena, &stored, &stored_count, err))
		return false;
	moved_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!evaluated[i].moved)
			continue;
		moved[moved_count] =
			next_version(with_key(stored, stored_count, evaluated[i].pattern_key),
				     look->as_of, &evaluated[i], ctx->arena);
		publish(ctx, cause, moved[moved_count++]);
	}
	return patterns_save_confidence(ctx, moved, moved_count, err) &&
	       evaluation_note(ctx, look, err);
}

static bool evaluate_patterns(struct context *ctx, const struct message *cause,
			      const struct look *look, size_t *ret_published, struct err *err)
{
	const struct analyzer_config *config = ctx->config;
	struct evaluated_pattern *patterns;
	size_t count;

	if (!evidence_load(ctx, &patterns, &count, err))
		return false;
	decide_evaluation(patterns, count, look->as_of, config->constants.k,
			  config->confidence.publish_step, ctx->arena);
	return publish_moved(ctx, cause, look, patterns, count, ret_published, err) &&
	       evidence_save(ctx, look->as_of, patterns, count, err);
}

bool evaluation_finish(struct context *ctx, struct message *cause, struct evaluation_job *job,
		       const struct due_voters *due, struct err *err)
{
	struct look look = { .as_of = job->as_of,
			     .clock = job->clock,
			     .complete = due->count < CHUNK_VOTERS };

	if (look.complete) {
		look.inputs = due->inputs;
		look.asked = job->asked;
	}
	if (!evaluation_save(ctx, &look, &look.as_of, err) || !due_voters_save(ctx, due, err) ||
	    (look.complete && !evaluate_patterns(ctx, cause, &look, &job->published, err)))
		return err_wrap(err, "confidence by outcomes");
	return true;
}

void evaluation_count(const struct evaluation_job *job)
{
	struct evaluation_metrics metrics = evaluation_metrics();

	metric_add(metrics.publications, (double)job->published);
	metric_add(metrics.evaluations, 1);
}
