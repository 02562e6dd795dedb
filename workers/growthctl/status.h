/* What status.c (the command), status_read.c and status_print.c share. */
#pragma once

#include "ctl.h"
#include "decide_status.h"
#include "kafka.h"
#include "status_recalculation.h"

struct status_reader {
	struct ctl *ctl;
	struct db *db;
	struct kafka kafka; /* reads what is committed */
	struct kafka asker; /* knows where the logs end */
	const struct rd_kafka_metadata *metadata;
	int64_t timeout_ms;
	struct status_recalculation recalculation; /* as status_count_all() found it */
	bool quick; /* it is enough to know whether something is left to do: one partition that is
		       behind will do */
};

/* Connects to both servers and finds the topics. */
bool status_open(struct status_reader *reader, struct err *err);
void status_close(struct status_reader *reader);

/*
 * How far everything is. Postgres is read first, in one snapshot, then the ends in Kafka: what was
 * published in between shows as not consumed. So if this says that nothing is to be done, there was
 * a moment, that of the snapshot, at which it was true.
 */
bool status_read(struct status_reader *reader, struct arena *arena, struct status *ret_status,
		 struct err *err);
/* Adds what waiting does not need: counts of rows and of dead letters, recalculations. */
bool status_count_all(struct status_reader *reader, struct arena *arena, struct status *status,
		      struct err *err);

void status_print(const struct status_reader *reader, const struct status *status,
		  struct arena *arena);
void status_print_json(const struct status_reader *reader, const struct status *status,
		       struct arena *arena);
