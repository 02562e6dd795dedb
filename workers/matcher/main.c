#include "decide.h"
#include "handle.h"
#include "store.h"
#include "worker.h"

static const struct option_group options[] = {
	{ vocabulary_options, offsetof(struct matcher_config, vocabulary) },
	{ wording_options, offsetof(struct matcher_config, vocabulary.wording) },
	{ matcher_options, 0 },
	{ NULL, 0 },
};

static const struct route routes[] = {
	{ .topic = TOPIC_CONTRACTOR_UPDATED,
	  .fields = contractor_updated_fields,
	  .size = sizeof(struct contractor_updated),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct contractor_updated, contractor_id),
	  .erases = true,
	  .normalise = matcher_normalise_profile,
	  .check = matcher_check_profile,
	  .ask = match_ask_profiles,
	  .may_read_ahead = true,
	  .handle = match_on_contractor_updated },
	{ .topic = TOPIC_PARTNER_SCORED,
	  .fields = partner_scored_fields,
	  .size = sizeof(struct partner_scored),
	  .key = ROUTE_KEY_CONTRACTOR,
	  .key_offset = offsetof(struct partner_scored, contractor_id),
	  .handle = match_on_partner_scored },
	{ .topic = NULL },
};

static const char *const outputs[] = { TOPIC_CONTRACTOR_MATCHED, TOPIC_PARTNER_RECOMMENDED, NULL };

static const struct library_gauge confidence = {
	.name = "growth_pattern_confidence_ratio",
	.label = "pattern",
	.help = "Confidence of a pattern, 0 to 1",
	.offset = offsetof(struct pattern, confidence_score),
};

static const struct library_source library = {
	.topic = TOPIC_PATTERN_RECALCULATED,
	.fields = pattern_fields,
	.size = sizeof(struct pattern),
	.version_offset = offsetof(struct pattern, version),
	.versions = &matcher_pattern_versions,
	.gauge = &confidence,
};

static const struct sweep rematch = {
	.topic = TOPIC_CONTRACTOR_UPDATED,
	.chunk = match_sweep_chunk,
};

static const struct worker matcher = {
	.name = "matcher",
	.summary = "matches contractors with growth patterns, and boosts partners by them",
	.options = options,
	.config_size = sizeof(struct matcher_config),
	.routes = routes,
	.outputs = outputs,
	.library = &library,
	.sweep = &rematch,
	.erase = match_on_erasure,
	.statements = matcher_statements,
};

int main(int argc, char **argv)
{
	return worker_main(argc, argv, &matcher);
}
