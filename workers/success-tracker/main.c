#include "decide.h"
#include "handle.h"
#include "store.h"
#include "worker.h"

static const struct option_group options[] = {
	{ wording_options, offsetof(struct success_config, wording) },
	{ success_options, 0 },
	{ NULL, 0 },
};

/* goal.enriched comes first: it makes known what the others wait for. */
static const struct route routes[] = {
	{ .topic = TOPIC_GOAL_ENRICHED,
	  .fields = goal_enriched_fields,
	  .size = sizeof(struct goal_enriched),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct goal_enriched, contractor_id),
	  .from_worker = true,
	  .erases = true,
	  .handle = success_on_goal_enriched },
	{ .topic = TOPIC_GOAL_COMPLETED,
	  .fields = goal_completed_fields,
	  .size = sizeof(struct goal_completed),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct goal_completed, contractor_id),
	  .handle = success_on_goal_completed },
	{ .topic = TOPIC_FEEDBACK_SUBMITTED,
	  .fields = feedback_submitted_fields,
	  .size = sizeof(struct feedback_submitted),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct feedback_submitted, contractor_id),
	  .handle = success_on_feedback_submitted },
	{ .topic = NULL },
};

static const char *const outputs[] = { TOPIC_OUTCOME_RECORDED, TOPIC_FEEDBACK_REQUESTED, NULL };

/* Each goal is the business of who owns the partition from which its tracking began. */
static const struct chore reminders = {
	.name = "reminder",
	.topic = TOPIC_GOAL_ENRICHED,
	.find = success_find_reminders,
	.finish = success_send_reminders,
};

static const struct worker success_tracker = {
	.name = "success-tracker",
	.summary = "records how goals turn out, so that patterns learn from them",
	.options = options,
	.config_size = sizeof(struct success_config),
	.routes = routes,
	.outputs = outputs,
	.chore = &reminders,
	.lock = success_lock,
	.erase = success_on_erasure,
	.statements = success_statements,
};

int main(int argc, char **argv)
{
	return worker_main(argc, argv, &success_tracker);
}
