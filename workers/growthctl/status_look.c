/* One look at everything, with how fast it goes. */
#include <unistd.h>

#include "instant.h"
#include "status.h"

#define MEASURED_US 1000000 /* between the two looks of one that stands alone */

static bool is_behind(const struct status *status)
{
	for (size_t i = 0; i < status->count; i++)
		for (size_t k = 0; k < status->workers[i].count; k++)
			if (status->workers[i].partitions[k].behind)
				return true;
	return false;
}

static struct status copy_of(const struct status *status, struct arena *arena)
{
	struct status copy = *status;

	copy.workers = arena_grow(arena, status->workers, status->count, status->count,
				  sizeof(*status->workers));
	for (size_t i = 0; i < copy.count; i++) {
		struct status_worker *worker = &copy.workers[i];

		worker->partitions = arena_grow(arena, worker->partitions, worker->count,
						worker->count, sizeof(*worker->partitions));
	}
	return copy;
}

/* Where nothing waits there is nothing to measure: what came in the meantime would show only by
 * chance. */
static bool measure(struct status_reader *reader, struct arena *arena, struct status *status,
		    struct err *err)
{
	struct status later;
	int64_t since = reader->looked_us, left;

	if (!is_behind(status))
		return true;
	left = since + MEASURED_US - monotonic_us();
	if (left > 0)
		usleep((useconds_t)left);
	later = copy_of(status, arena);
	if (!status_read_positions(reader, arena, &later, err))
		return false;
	status_rate(status, (double)(monotonic_us() - since) / 1e6, &later);
	for (size_t i = 0; i < status->count; i++)
		for (size_t k = 0; k < status->workers[i].count; k++)
			status->workers[i].partitions[k].rate = later.workers[i].partitions[k].rate;
	return true;
}

bool status_look(struct status_reader *reader, const struct status *earlier, int64_t earlier_us,
		 struct arena *arena, struct status *ret_status, struct err *err)
{
	if (!status_read(reader, arena, ret_status, err))
		return false;
	if (earlier)
		status_rate(earlier, (double)(reader->looked_us - earlier_us) / 1e6, ret_status);
	return status_inspect(reader, ret_status, err) &&
	       status_count_all(reader, arena, ret_status, err) &&
	       (earlier || measure(reader, arena, ret_status, err));
}

int status_exit_code(const struct status *status, struct arena *arena)
{
	return (int)status_judge(status, arena).health;
}
