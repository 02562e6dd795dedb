#include "decide_pipeline.h"

#include "messages.h"

#define DEAD_LETTER_BYTES (4 << 20) /* what was received, and why it could not be used */
#define DIFFERENCES_MAX 4

const struct pipeline_worker pipeline[] = {
	{ "cohort-analyzer",
	  "cohort_analyzer",
	  { TOPIC_CONTRACTOR_UPDATED, TOPIC_ACTION_RECORDED, TOPIC_OUTCOME_RECORDED,
	    TOPIC_RECALCULATION_REQUESTED },
	  { TOPIC_PATTERN_RECALCULATED, TOPIC_RECALCULATION_REQUESTED },
	  false,
	  NULL },
	{ "matcher",
	  "matcher",
	  { TOPIC_CONTRACTOR_UPDATED, TOPIC_PARTNER_SCORED },
	  { TOPIC_CONTRACTOR_MATCHED, TOPIC_PARTNER_RECOMMENDED },
	  true,
	  TOPIC_CONTRACTOR_UPDATED },
	{ "goal-enricher",
	  "goal_enricher",
	  { TOPIC_CONTRACTOR_MATCHED, TOPIC_ACTION_RECORDED, TOPIC_GOAL_CREATED },
	  { TOPIC_GOAL_ENRICHED },
	  true,
	  NULL },
	{ "success-tracker",
	  "success_tracker",
	  { TOPIC_GOAL_ENRICHED, TOPIC_GOAL_COMPLETED, TOPIC_FEEDBACK_SUBMITTED },
	  { TOPIC_OUTCOME_RECORDED, TOPIC_FEEDBACK_REQUESTED },
	  false,
	  NULL },
	{ 0 }
};

const char *const worker_names[] = { "cohort-analyzer", "matcher", "goal-enricher",
				     "success-tracker", NULL };

static size_t workers_count(void)
{
	size_t count = 0;

	while (pipeline[count].name)
		count++;
	return count;
}

/* Who writes patterns is who owns the one partition of requests, and the one of patterns keeps
 * their order. */
static struct topic_plan plan_of(const char *topic, const struct topic_wishes *wishes)
{
	struct topic_plan plan = {
		.name = topic,
		.partitions = wishes->partitions,
		.cleanup_policy = "delete",
		.retention_ms = wishes->retention_ms,
	};

	if (strcmp(topic, TOPIC_PATTERN_RECALCULATED) == 0) {
		plan.partitions = 1;
		plan.cleanup_policy = "compact";
		plan.retention_ms = 0;
	} else if (strcmp(topic, TOPIC_RECALCULATION_REQUESTED) == 0) {
		plan.partitions = 1;
	} else if (strcmp(topic, TOPIC_CONTRACTOR_UPDATED) == 0) {
		plan.retention_ms = -1; /* the history that learning and replay need */
	}
	return plan;
}

void topics_plan(const struct topic_wishes *wishes, struct arena *arena,
		 struct topic_plan **ret_plans, size_t *ret_count)
{
	size_t count = 0, capacity = workers_count();
	struct topic_plan *plans;

	for (const struct message_type *type = message_types; type->topic; type++)
		capacity++;
	plans = arena_array(arena, struct topic_plan, capacity);
	for (const struct message_type *type = message_types; type->topic; type++)
		plans[count++] = plan_of(type->topic, wishes);
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		plans[count++] = (struct topic_plan){
			.name = arena_printf(arena, "%s.dlq", worker->name),
			.partitions = 1,
			.cleanup_policy = "delete",
			.retention_ms = wishes->dead_letter_retention_ms,
			.max_message_bytes = DEAD_LETTER_BYTES,
		};
	*ret_plans = plans;
	*ret_count = count;
}

struct texts topic_differences(const struct topic_plan *plan, const struct topic_state *state,
			       struct arena *arena)
{
	struct texts texts = { .items = arena_array(arena, const char *, DIFFERENCES_MAX) };

	if (state->partitions != plan->partitions)
		texts.items[texts.count++] = arena_printf(arena, "%lld partitions instead of %lld",
							  (long long)state->partitions,
							  (long long)plan->partitions);
	if (state->cleanup_policy && strcmp(state->cleanup_policy, plan->cleanup_policy) != 0)
		texts.items[texts.count++] =
			arena_printf(arena, "cleanup.policy is %s instead of %s",
				     state->cleanup_policy, plan->cleanup_policy);
	if (plan->retention_ms && state->retention_ms &&
	    strtoll(state->retention_ms, NULL, 10) != plan->retention_ms)
		texts.items[texts.count++] =
			arena_printf(arena, "retention.ms is %s instead of %lld",
				     state->retention_ms, (long long)plan->retention_ms);
	if (state->max_message_bytes &&
	    strtoll(state->max_message_bytes, NULL, 10) < plan->max_message_bytes)
		texts.items[texts.count++] =
			arena_printf(arena, "max.message.bytes is %s, less than %lld",
				     state->max_message_bytes, (long long)plan->max_message_bytes);
	return texts;
}
