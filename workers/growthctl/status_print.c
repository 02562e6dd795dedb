#include "status.h"

#include <inttypes.h>

#include "fields.h"
#include "output.h"

/* ---- for people ---- */

static void print_positions(const struct status *status, struct arena *arena)
{
	static const char *const headings[] = { "WORKER", "TOPIC", ">PARTITION", ">NEXT",
						">END",   ">LAG",  "SWEEP",      NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];

		for (size_t k = 0; k < worker->count; k++) {
			const struct status_partition *partition = &worker->partitions[k];

			table_add(&table, worker->name);
			table_add(&table, partition->topic);
			table_add_number(&table, partition->partition);
			table_add(&table, partition->started ? arena_printf(arena, "%" PRId64,
									    partition->next_offset)
							     : NULL);
			table_add_number(&table, partition->end_offset);
			table_add_number(&table, status_lag(partition));
			table_add(&table, status_sweep(partition, arena));
		}
	}
	table_print(&table, stdout);
}

static void print_workers(const struct status *status, struct arena *arena)
{
	static const char *const headings[] = { "WORKER",        ">TO PUBLISH", ">PARKED",
						">DEAD LETTERS", ">OPEN",       NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];

		table_add(&table, worker->name);
		table_add_number(&table, worker->outbox);
		table_add_number(&table, worker->parked);
		table_add(&table,
			  worker->dead_letters.present
				  ? arena_printf(arena, "%" PRId64 "%s", worker->dead_letters.value,
						 worker->dead_letters_exact ? "" : " or more")
				  : NULL);
		table_add(&table,
			  worker->dead_letters_open.present
				  ? arena_printf(arena, "%" PRId64, worker->dead_letters_open.value)
				  : NULL);
	}
	table_print(&table, stdout);
}

static void print_counts(const struct status *status, struct arena *arena)
{
	static const char *const headings[] = { "HOW MANY", ">", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < status->counts_count; i++) {
		char *what = arena_strdup(arena, status->counts[i].what);

		for (char *at = what; *at; at++)
			*at = *at == '_' ? ' ' : *at;
		table_add(&table, what);
		table_add_number(&table, status->counts[i].number);
	}
	table_print(&table, stdout);
}

void status_print(const struct status_reader *reader, const struct status *status,
		  struct arena *arena)
{
	struct texts pending = status_pending(status, arena);

	print_positions(status, arena);
	putchar('\n');
	print_workers(status, arena);
	putchar('\n');
	if (status->counts) {
		print_counts(status, arena);
		putchar('\n');
	}
	status_print_recalculation(&reader->recalculation, &reader->ctl->config.vocabulary.tiers,
				   arena);
	if (!pending.count)
		puts("Nothing is left to do.");
	for (size_t i = 0; i < pending.count; i++)
		printf("%s %s\n", i ? "              " : "Still to do:  ", pending.items[i]);
}

/* ---- for programs ---- */

static void write_partition(const struct status_partition *partition, struct buffer *out)
{
	json_member_text(out, "topic", partition->topic);
	json_member_int(out, "partition", partition->partition);
	if (partition->started)
		json_member_int(out, "next_offset", partition->next_offset);
	else
		json_member_text(out, "next_offset", NULL);
	json_member_int(out, "end_offset", partition->end_offset);
	json_member_int(out, "lag", status_lag(partition));
	json_member_int(out, "sequence", partition->sequence);
	if (!partition->sweeps)
		return;
	json_member_int(out, "sweep_snapshot", partition->sweep_snapshot);
	json_member_bool(out, "sweep_done",
			 !partition->sweep_after.present && !partition->sweep_behind);
	if (partition->sweep_after.present)
		json_member_int(out, "sweep_after", partition->sweep_after.value);
	else
		json_member_text(out, "sweep_after", NULL);
	json_member_int(out, "last_contractor", partition->last_contractor.value);
}

static void write_worker(const struct status_worker *worker, struct buffer *out)
{
	json_member_text(out, "worker", worker->name);
	json_member(out, "partitions");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < worker->count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		write_partition(&worker->partitions[i], out);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	json_member_int(out, "outbox", worker->outbox);
	json_member_int(out, "parked", worker->parked);
	if (!worker->dead_letters.present)
		return;
	json_member_int(out, "dead_letters", worker->dead_letters.value);
	json_member_bool(out, "dead_letters_exact", worker->dead_letters_exact);
	if (worker->dead_letters_open.present)
		json_member_int(out, "dead_letters_open", worker->dead_letters_open.value);
	else
		json_member_text(out, "dead_letters_open", NULL);
}

void status_print_json(const struct status_reader *reader, const struct status *status,
		       struct arena *arena)
{
	struct texts pending = status_pending(status, arena);
	struct buffer out = { 0 };

	buffer_add_text(&out, "{\"workers\":[");
	for (size_t i = 0; i < status->count; i++) {
		buffer_add_text(&out, i ? ",{" : "{");
		write_worker(&status->workers[i], &out);
		buffer_add_char(&out, '}');
	}
	buffer_add_char(&out, ']');
	json_member_int(&out, "recalculations", status->recalculations);
	json_member_int(&out, "voters_waiting", status->voters_waiting);
	status_write_recalculation(&reader->recalculation, &out);
	for (size_t i = 0; i < status->counts_count; i++)
		json_member_int(&out, status->counts[i].what, status->counts[i].number);
	json_member_bool(&out, "done", pending.count == 0);
	json_member(&out, "pending");
	buffer_add_char(&out, '[');
	for (size_t i = 0; i < pending.count; i++) {
		buffer_add_text(&out, i ? "," : "");
		json_write_text(&out, pending.items[i], strlen(pending.items[i]));
	}
	buffer_add_text(&out, "]}\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}
