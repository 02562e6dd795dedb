/* The pipeline as growthctl has it, a fact a line, for tests/deploy/contracts.sh:
 *	topic NAME PARTITIONS CLEANUP_POLICY RETENTION_MS MAX_MESSAGE_BYTES
 *	consume WORKER TOPIC
 * with the defaults of `topics`. */
#include <inttypes.h>
#include <stdio.h>

#include "decide_pipeline.h"

int main(void)
{
	static const struct topic_wishes wishes = {
		.partitions = 4, .dead_letter_retention_ms = 30 * INT64_C(86400000)
	};
	struct topic_plan *plans;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	topics_plan(&wishes, &arena, &plans, &count);
	for (size_t i = 0; i < count; i++)
		printf("topic %s %" PRId64 " %s %" PRId64 " %" PRId64 "\n", plans[i].name,
		       plans[i].partitions, plans[i].cleanup_policy, plans[i].retention_ms,
		       plans[i].max_message_bytes);
	for (const struct pipeline_worker *worker = pipeline; worker->name; worker++)
		for (int i = 0; i < PIPELINE_TOPICS_MAX && worker->consumes[i]; i++)
			printf("consume %s %s\n", worker->name, worker->consumes[i]);
	arena_release(&arena);
	return 0;
}
