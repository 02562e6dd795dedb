/* A partition that the group has given to this process, and where it stands. The loop thread's
 * own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "metrics.h"
#include "values.h"
#include "worker.h"

enum partition_state {
	/* the group's word only: its position is not read yet, it does not fetch */
	PARTITION_ASSIGNED,
	PARTITION_RECOVERED, /* our epoch is in Postgres; it fetches from next_offset */
	PARTITION_STOPPED,   /* something does not fit: an operator decides */
};

struct partition {
	/* number of this assignment: what was held under a former one is dropped */
	uint64_t assignment;
	const struct route *route;
	int32_t number;
	enum partition_state state;
	int64_t epoch, sequence, next_offset; /* as in Postgres */
	int64_t snapshot;
	/* The library up to which it was swept, the one that the sweep under way is for, and where
	 * that is (absent: done). */
	int64_t sweep_since, sweep_snapshot;
	struct optional_int sweep_after;
	int64_t published; /* highest sequence known to be in Kafka */
	/* where the log ended when it was last read to the end; transaction markers included */
	int64_t log_end;
	/* The offset that the log did not have when we asked for it under this epoch: whatever is
	 * there later is another's. */
	struct optional_int missing;
	int64_t deleted; /* highest sequence whose outbox row is gone */
	/* parked messages to try at once: fewer while one of them is poison */
	int64_t parked_limit;
	int parked_timeouts; /* statement timeouts of these */
	char reason[400];    /* why it is stopped; "": it is not */
	int64_t handled_ms; /* when the last message handled was appended to the log; 0: none yet */
	struct metric *lag, *lag_seconds, *stopped;
	struct metric *sweep_place; /* NULL: it is not swept */
};

/* The metric says where its sweep is. */
static inline void partition_show_sweep(const struct partition *partition)
{
	if (partition->sweep_place)
		metric_set(partition->sweep_place, partition->sweep_after.present
							   ? (double)partition->sweep_after.value
							   : 0);
}
