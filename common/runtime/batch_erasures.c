/*
 * Which messages of a batch are as old as an erasure of their contractor, whichever was read first;
 * and what a new erasure leaves to know, and takes of what is parked.
 */
#include "batch_run.h"
#include "statements.h"

#define AGAIN_HEADER "growth.again" /* deploy/purge has sent it once more, at another place */

static const struct erasure_row *find_erasure(const struct erasure_row *rows, size_t count,
					      int64_t contractor_id)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].contractor_id == contractor_id)
			return &rows[i];
	}
	return NULL;
}

static bool is_sent_again(const struct message *message)
{
	const struct raw_message *raw = message->raw;

	for (size_t i = 0; i < raw->header_count; i++) {
		if (raw->headers[i].name_length == strlen(AGAIN_HEADER) &&
		    memcmp(raw->headers[i].name, AGAIN_HEADER, strlen(AGAIN_HEADER)) == 0)
			return true;
	}
	return false;
}

/* Within the erasure's own partition the log's order counts, elsewhere the time. So it does for an
 * erasure that is sent again: whoever came back since the first time is not erased by it, and who
 * has not heard of it erases. */
static bool is_before(const struct message *message, const struct erasure_row *erasure)
{
	if (message->raw->route->erases && message->partition == erasure->partition &&
	    (message->value || !is_sent_again(message)))
		return message->offset < erasure->kafka_offset ||
		       (!message->value && message->offset == erasure->kafka_offset);
	return message->time <= erasure->erased_at;
}

void batch_mark_erased(struct message **messages, size_t count, const struct erasure_row *erased,
		       size_t erased_count)
{
	for (size_t i = 0; i < count && erased_count; i++) {
		const struct erasure_row *erasure =
			find_erasure(erased, erased_count, messages[i]->contractor_id);

		if (erasure && is_before(messages[i], erasure))
			messages[i]->erased = true;
	}
}

bool batch_drop_erased(struct batch_run *run, struct message **messages, size_t count,
		       struct err *err)
{
	struct runner *runner = run->runner;
	struct erasure_row *wanted = arena_array(&runner->arena, struct erasure_row, count);
	struct erasure_row *erased;
	size_t erased_count;

	for (size_t i = 0; i < count; i++)
		wanted[i].contractor_id = messages[i]->contractor_id;
	if (!db_run(runner->db, &read_erasures, wanted, count, &runner->arena, &erased,
		    &erased_count, err))
		return false;
	batch_mark_erased(messages, count, erased, erased_count);
	return true;
}

/* Whether what was parked is as old as an erasure. Of a topic that is read no more nobody knows. */
static bool is_parked_before(struct batch_run *run, const struct raw_message *raw,
			     const struct erasure_row *erasure)
{
	struct runner *runner = run->runner;
	struct err ignored = { 0 };
	bool ok;

	return !raw->route->topic || is_before(message_decode(raw, runner->worker_config, SIZE_MAX,
							      &runner->arena, &ok, &ignored),
					       erasure);
}

/* Who has come back meanwhile may have messages that wait, too: those stay. */
static bool delete_parked_of(struct batch_run *run, const struct erasure_row *erased, size_t count,
			     struct err *err)
{
	struct runner *runner = run->runner;
	struct parked_row *rows;
	size_t rows_count, old = 0;

	if (!db_run(runner->db, &read_parked_of, erased, count, &runner->arena, &rows, &rows_count,
		    err))
		return false;
	for (size_t i = 0; i < rows_count; i++) {
		const struct raw_message *raw = batch_thaw(run, &rows[i], NULL, err);

		if (!raw)
			return false;
		if (is_parked_before(run, raw,
				     find_erasure(erased, count, rows[i].contractor_id.value)))
			rows[old++] = rows[i];
	}
	return db_execute(runner->db, &delete_parked, rows, old, err);
}

bool batch_record_erasures(struct batch_run *run, const struct batch *erasing, struct err *err)
{
	struct runner *runner = run->runner;
	struct erasure_row *rows = arena_array(&runner->arena, struct erasure_row, erasing->count);
	size_t count = 0;

	for (size_t i = 0; i < erasing->count; i++) {
		const struct message *message = erasing->messages[i];
		const struct erasure_row *known = find_erasure(rows, count, message->contractor_id);
		struct erasure_row *row = &rows[known ? (size_t)(known - rows) : count++];

		*row = (struct erasure_row){
			.contractor_id = message->contractor_id,
			.erased_at = message->time > row->erased_at ? message->time
								    : row->erased_at,
			.partition = message->partition,
			.kafka_offset = message->offset,
		};
	}
	return db_execute(runner->db, &record_erasures, rows, count, err) &&
	       delete_parked_of(run, rows, count, err);
}
