/* What the files of `growthctl status` (status*.c) share. */
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
	struct labels groups;                      /* of workers whose group is named otherwise */
	int64_t looked_us;                         /* when the positions were read */
	bool quick; /* it is enough to know whether something is left to do: one partition that is
		       behind will do */
};

/* Connects to both servers and finds the topics. */
bool status_open(struct status_reader *reader, struct err *err);
/* What the caller has set stays, so it can be opened again. */
void status_close(struct status_reader *reader);

/*
 * How far everything is. Postgres is read first, in one snapshot, then the ends in Kafka: what was
 * published in between shows as not consumed. So if this says that nothing is to be done, there was
 * a moment, that of the snapshot, at which it was true.
 */
bool status_read(struct status_reader *reader, struct arena *arena, struct status *ret_status,
		 struct err *err);
/* Looks at Postgres's positions alone, into a status that is laid out. */
bool status_read_positions(struct status_reader *reader, struct arena *arena, struct status *status,
			   struct err *err);
/* The same without a snapshot, and offsets alone: cheap enough to be asked for again and again.
 * Between a position and an end there may be nothing but markers of transactions. */
bool status_read_offsets(struct status_reader *reader, struct arena *arena,
			 struct status *ret_status, struct err *err);
/* Adds the members of the workers' groups, and which partitions the workers have stopped, in their
 * own words, which are in the command's arena. */
bool status_inspect(struct status_reader *reader, struct status *status, struct err *err);
/* Adds what waiting does not need: counts of rows and of dead letters, recalculations. */
bool status_count_all(struct status_reader *reader, struct arena *arena, struct status *status,
		      struct err *err);

struct status_view {
	bool partitions; /* every partition, not only those where something is to be seen */
};

void status_print(const struct status_reader *reader, const struct status *status,
		  const struct status_view *view, struct arena *arena, FILE *out);
void status_print_json(const struct status_reader *reader, const struct status *status,
		       struct arena *arena);

/* Everything there is to show, with rates since `earlier`, or (NULL) since this call's own first
 * look. */
bool status_look(struct status_reader *reader, const struct status *earlier, int64_t earlier_us,
		 struct arena *arena, struct status *ret_status, struct err *err);

struct status_watch {
	int64_t every_ms;
	bool json;
	struct status_view view;
};
/* Shows it again and again until a signal ends it; the exit code of the last look. */
int status_watch(struct status_reader *reader, const struct status_watch *watch);
/* The exit code for a verdict: 0, 1, 2. */
int status_exit_code(const struct status *status, struct arena *arena);
