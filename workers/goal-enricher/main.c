#include "handle.h"
#include "shared_text.h"
#include "store.h"

static const struct option_group options[] = {
	{ goal_rules_options, 0 },
	{ vocabulary_options, offsetof(struct goal_rules, vocabulary) },
	{ wording_options, offsetof(struct goal_rules, vocabulary.wording) },
	{ NULL, 0 },
};

static const struct route routes[] = {
	{ .topic = TOPIC_CONTRACTOR_MATCHED,
	  .fields = contractor_matched_fields,
	  .size = sizeof(struct contractor_matched),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct contractor_matched, contractor_id),
	  .from_worker = true,
	  .erases = true,
	  .handle = enrich_on_contractor_matched,
	  .snapshot_offset = offsetof(struct contractor_matched, snapshot) },
	{ .topic = TOPIC_GOAL_CREATED,
	  .fields = goal_created_fields,
	  .size = sizeof(struct goal_created),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct goal_created, contractor_id),
	  .check = goal_check_created,
	  .handle = enrich_on_goal_created },
	{ .topic = TOPIC_ACTION_RECORDED,
	  .fields = action_recorded_fields,
	  .size = sizeof(struct action_recorded),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct action_recorded, contractor_id),
	  .check = action_check,
	  .handle = enrich_on_action_recorded },
	{ .topic = NULL },
};

static const struct library_source library = {
	.topic = TOPIC_PATTERN_RECALCULATED,
	.fields = pattern_fields,
	.size = sizeof(struct pattern),
	.version_offset = offsetof(struct pattern, version),
	.versions = &goal_enricher_pattern_versions,
};

static const char *const outputs[] = { TOPIC_GOAL_ENRICHED, NULL };

static const struct worker goal_enricher = {
	.name = "goal-enricher",
	.summary = "turns matches with growth patterns into goals, checklists and timelines",
	.options = options,
	.config_size = sizeof(struct goal_rules),
	.routes = routes,
	.outputs = outputs,
	.library = &library,
	.lock = enrich_lock,
	.erase = enrich_on_erasure,
	.statements = goal_enricher_statements,
};

int main(int argc, char **argv)
{
	return worker_main(argc, argv, &goal_enricher);
}
