#include "handle.h"
#include "recalculate.h"
#include "shared_text.h"
#include "store.h"

static const struct option_group options[] = {
	{ constants_options, offsetof(struct analyzer_config, constants) },
	{ vocabulary_options, offsetof(struct analyzer_config, vocabulary) },
	{ wording_options, offsetof(struct analyzer_config, vocabulary.wording) },
	{ recalculation_options, offsetof(struct analyzer_config, recalculation) },
	{ confidence_options, offsetof(struct analyzer_config, confidence) },
	{ NULL, 0 },
};

static const struct route routes[] = {
	{ .topic = TOPIC_CONTRACTOR_UPDATED,
	  .fields = contractor_updated_fields,
	  .size = sizeof(struct contractor_updated),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct contractor_updated, contractor_id),
	  .erases = true,
	  .normalise = analyzer_normalise_profile,
	  .check = analyzer_check_profile,
	  .ask = analyze_ask_profiles,
	  .handle = analyze_on_contractor_updated },
	{ .topic = TOPIC_ACTION_RECORDED,
	  .fields = action_recorded_fields,
	  .size = sizeof(struct action_recorded),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct action_recorded, contractor_id),
	  .normalise = analyzer_normalise_action,
	  .check = action_check,
	  .handle = analyze_on_action_recorded },
	{ .topic = TOPIC_OUTCOME_RECORDED,
	  .fields = outcome_recorded_fields,
	  .size = sizeof(struct outcome_recorded),
	  .key = ROUTE_KEY_TEXT,
	  .key_offset = offsetof(struct outcome_recorded, pattern_key),
	  .from_worker = true,
	  .handle = analyze_on_outcome_recorded },
	{ .topic = TOPIC_RECALCULATION_REQUESTED,
	  .fields = recalculation_requested_fields,
	  .size = sizeof(struct recalculation_requested),
	  .key = ROUTE_KEY_ANY,
	  .handle = analyze_on_recalculation_requested },
	{ .topic = NULL },
};

static const char *const outputs[] = { TOPIC_PATTERN_RECALCULATED, TOPIC_RECALCULATION_REQUESTED,
				       NULL };

static const struct worker cohort_analyzer = {
	.name = "cohort-analyzer",
	.summary = "learns growth patterns from what contractors did who levelled up",
	.options = options,
	.config_size = sizeof(struct analyzer_config),
	.routes = routes,
	.outputs = outputs,
	.task = &recalculation_task,
	.erase = analyze_on_erasure,
	.statements = cohort_analyzer_statements,
};

int main(int argc, char **argv)
{
	return worker_main(argc, argv, &cohort_analyzer);
}
