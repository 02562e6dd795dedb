/* Whether somebody works, and what is stopped: the group's members, and the workers' own verdict on
 * each partition. */
#include "positions.h"
#include "status.h"

struct inspection {
	struct status_reader *reader;
	struct positions_reader positions;
	struct worker_positions found;
	size_t members;
};

static bool inspect_group(struct inspection *inspection, const struct pipeline_worker *worker,
			  const char *group, struct err *err)
{
	struct ctl *ctl = inspection->reader->ctl;
	struct db *db = ctl_database_of(ctl, worker->schema, err);
	bool ok;

	inspection->found = (struct worker_positions){ .worker = worker, .group = group };
	ok = db &&
	     kafka_group_members(&inspection->reader->kafka, group, inspection->reader->timeout_ms,
				 &inspection->members, err) &&
	     positions_read(&inspection->positions, db, &inspection->found, err);
	db_close(db);
	return ok || err_wrap(err, "%s", worker->name);
}

static bool inspect_worker(struct inspection *inspection, const struct pipeline_worker *worker,
			   struct err *err)
{
	const struct labels *told = &inspection->reader->groups;
	const char *group = ctl_group_of(inspection->reader->ctl, worker->name);

	for (size_t i = 0; i < told->count; i++)
		if (strcmp(told->items[i].name, worker->name) == 0)
			group = told->items[i].label;
	return inspect_group(inspection, worker, group, err);
}

static void note(const struct inspection *inspection, struct status_worker *worker)
{
	worker->group = inspection->found.group;
	worker->members = (struct optional_int){ (int64_t)inspection->members, true };
	/* Both were laid out from the same topics, in the same order. */
	for (size_t i = 0; i < worker->count && i < inspection->found.count; i++)
		worker->partitions[i].stopped = inspection->found.items[i].reason;
}

bool status_inspect(struct status_reader *reader, struct status *status, struct err *err)
{
	struct inspection inspection = {
		.reader = reader,
		.positions = { .ctl = reader->ctl,
			       .kafka = reader->kafka,
			       .metadata = reader->metadata,
			       .timeout_ms = reader->timeout_ms,
			       .glance = true },
	};

	for (size_t i = 0; i < status->count; i++) {
		if (!inspect_worker(&inspection, &pipeline[i], err))
			return false;
		note(&inspection, &status->workers[i]);
	}
	return true;
}
