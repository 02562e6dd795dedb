#include "status.h"

#include <inttypes.h>
#include <math.h>

#include "fields.h"
#include "json_write.h"
#include "output.h"

#define PARTITIONS_SHOWN 12
#define LABEL_WIDTH 14

/* ---- for people ---- */

static const char *number_text(int64_t number, struct arena *arena)
{
	return arena_printf(arena, "%" PRId64, number);
}

static const char *optional_text(const struct optional_int *number, struct arena *arena)
{
	return number->present ? number_text(number->value, arena) : NULL;
}

static const char *span_text(const struct optional_number *seconds, struct arena *arena)
{
	return seconds->present ? status_span(seconds->value, arena) : NULL;
}

static const char *at_most_text(int64_t number, bool exact, struct arena *arena)
{
	return arena_printf(arena, "%" PRId64 "%s", number, exact ? "" : " or more");
}

static const char *speed_text(const struct optional_number *rate, struct arena *arena)
{
	return rate->present ? arena_printf(arena, "%.0f", rate->value) : NULL;
}

static void print_verdict(const struct status *status, struct arena *arena, FILE *out)
{
	static const char *const words[] = { "WELL", "ATTENTION", "ILL" };
	static const enum output_tone tones[] = { OUTPUT_GOOD, OUTPUT_WARNING, OUTPUT_BAD };
	struct status_verdict verdict = status_judge(status, arena);

	output_toned(out, tones[verdict.health], words[verdict.health]);
	fputs("  ", out);
	output_wrapped(out, output_columns(words[verdict.health]) + 2, verdict.sentence);
	for (size_t i = 1; i < verdict.count; i++) {
		const struct status_finding *finding = &verdict.findings[i];

		fputs("  ", out);
		output_toned(out, tones[finding->health], "*");
		fputc(' ', out);
		output_wrapped(out, 4,
			       arena_printf(arena, "%s. Next: %s", finding->what, finding->next));
	}
	fputc('\n', out);
}

/* What a worker's partitions come to. */
struct sums {
	int64_t lag, sweeping;
	struct optional_number waiting_s, rate;
};

static struct sums sums_of(const struct status_worker *worker)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < worker->count; i++) {
		const struct status_partition *partition = &worker->partitions[i];

		sums.lag += status_lag(partition);
		sums.sweeping += partition->sweeps &&
				 (partition->sweep_after.present || partition->sweep_behind);
		if (partition->waiting_s.present &&
		    partition->waiting_s.value >= sums.waiting_s.value)
			sums.waiting_s = partition->waiting_s;
		sums.rate.present = sums.rate.present || partition->rate.present;
		sums.rate.value += partition->rate.present ? partition->rate.value : 0;
	}
	return sums;
}

static void print_workers(const struct status *status, struct arena *arena, FILE *out)
{
	static const char *const headings[] = { "WORKER",      ">RUN",  ">LAG",      ">WAITS",
						">RATE/S",     ">IDLE", ">OUTBOX",   ">PARKED",
						">DEAD LETT.", ">OPEN", ">TO SWEEP", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];
		struct sums sums = sums_of(worker);

		table_add(&table, worker->name);
		table_add(&table, optional_text(&worker->members, arena));
		table_add_number(&table, sums.lag);
		table_add(&table, span_text(&sums.waiting_s, arena));
		table_add(&table, speed_text(&sums.rate, arena));
		table_add(&table, span_text(&worker->idle_s, arena));
		table_add_number(&table, worker->outbox);
		table_add(&table, at_most_text(worker->parked, worker->parked_exact, arena));
		table_add(&table, worker->dead_letters.present
					  ? at_most_text(worker->dead_letters.value,
							 worker->dead_letters_exact, arena)
					  : NULL);
		table_add(&table, optional_text(&worker->dead_letters_open, arena));
		table_add_number(&table, sums.sweeping);
	}
	table_print(&table, out);
	fputc('\n', out);
}

static bool is_noteworthy(const struct status_partition *partition)
{
	return partition->behind || partition->stopped || partition->sweep_after.present ||
	       partition->sweep_behind;
}

static const char *state_of(const struct status_partition *partition, struct arena *arena)
{
	const char *sweep = status_sweep(partition, arena);

	if (partition->stopped)
		return "STOPPED";
	return sweep && strcmp(sweep, "done") != 0 ? arena_printf(arena, "sweep: %s", sweep) : "";
}

static void add_partition(struct table *table, const struct status_worker *worker,
			  const struct status_partition *partition, struct arena *arena)
{
	table_add(table, worker->name);
	table_add(table, partition->topic);
	table_add_number(table, partition->partition);
	table_add(table, partition->started ? number_text(partition->next_offset, arena) : NULL);
	table_add_number(table, partition->end_offset);
	table_add_number(table, status_lag(partition));
	table_add(table, span_text(&partition->waiting_s, arena));
	table_add(table, speed_text(&partition->rate, arena));
	table_add(table, state_of(partition, arena));
}

static void print_partitions(const struct status *status, bool all, struct arena *arena, FILE *out)
{
	static const char *const headings[] = { "WORKER", "TOPIC",  ">PART",   ">NEXT", ">END",
						">LAG",   ">WAITS", ">RATE/S", "STATE", NULL };
	size_t rows = 0, left_out = 0;
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < status->count; i++) {
		const struct status_worker *worker = &status->workers[i];

		for (size_t k = 0; k < worker->count; k++) {
			if (!all && !is_noteworthy(&worker->partitions[k]))
				continue;
			if (!all && rows == PARTITIONS_SHOWN)
				left_out++;
			else
				add_partition(&table, worker, &worker->partitions[k], arena);
			rows += rows < PARTITIONS_SHOWN || all;
		}
	}
	if (!rows)
		return;
	table_print(&table, out);
	if (left_out)
		fprintf(out, "... and %zu more partitions: --partitions\n", left_out);
	fputc('\n', out);
}

/* "200 contractors, about 1200 actions": what begins with `prefix`, or all that does not begin with
 * patterns_. */
static const char *counts_text(const struct status *status, bool patterns, struct arena *arena)
{
	struct buffer text = { 0 };
	const char *kept;

	buffer_add_text(&text, "");
	for (size_t i = 0; i < status->counts_count; i++) {
		const struct status_count *count = &status->counts[i];
		bool of_patterns = strncmp(count->what, "patterns_", strlen("patterns_")) == 0;
		char *what =
			arena_strdup(arena, count->what + (of_patterns ? strlen("patterns_") : 0));

		if (of_patterns != patterns || !count->number.present)
			continue;
		for (char *at = what; *at; at++)
			*at = *at == '_' ? ' ' : *at;
		buffer_printf(&text, "%s%s%" PRId64 " %s", text.length ? ", " : "",
			      count->estimated ? "about " : "", count->number.value, what);
	}
	kept = arena_strdup(arena, text.bytes);
	buffer_release(&text);
	return kept;
}

static void print_line(FILE *out, const char *what, const char *text)
{
	fprintf(out, "%-*s", LABEL_WIDTH, what);
	output_wrapped(out, LABEL_WIDTH, text);
}

void status_print(const struct status_reader *reader, const struct status *status,
		  const struct status_view *view, struct arena *arena, FILE *out)
{
	struct texts pending = status_pending(status, arena);

	print_verdict(status, arena, out);
	print_workers(status, arena, out);
	print_partitions(status, view->partitions, arena, out);
	for (size_t i = 0; i < pending.count; i++)
		print_line(out, i ? "" : "Still to do", pending.items[i]);
	print_line(out, "Patterns", counts_text(status, true, arena));
	print_line(out, "There are", counts_text(status, false, arena));
	fputc('\n', out);
	status_print_recalculation(&reader->recalculation, &reader->ctl->config.vocabulary.tiers,
				   arena, out);
}

/* ---- for programs ---- */

static void write_number(struct buffer *out, const char *name, const struct optional_number *number)
{
	if (number->present)
		json_write_member_number(out, name, round(number->value * 1000) / 1000);
	else
		json_write_member_text(out, name, NULL);
}

static void write_int(struct buffer *out, const char *name, const struct optional_int *number)
{
	if (number->present)
		json_write_member_int(out, name, number->value);
	else
		json_write_member_text(out, name, NULL);
}

static void write_partition(const struct status_partition *partition, struct buffer *out)
{
	json_write_member_text(out, "topic", partition->topic);
	json_write_member_int(out, "partition", partition->partition);
	if (partition->started)
		json_write_member_int(out, "next_offset", partition->next_offset);
	else
		json_write_member_text(out, "next_offset", NULL);
	json_write_member_int(out, "end_offset", partition->end_offset);
	json_write_member_int(out, "lag", status_lag(partition));
	write_number(out, "waiting_seconds", &partition->waiting_s);
	write_number(out, "rate", &partition->rate);
	json_write_member_text(out, "stopped", partition->stopped);
	json_write_member_int(out, "sequence", partition->sequence);
	if (!partition->sweeps)
		return;
	json_write_member_int(out, "sweep_snapshot", partition->sweep_snapshot);
	json_write_member_bool(out, "sweep_done",
			       !partition->sweep_after.present && !partition->sweep_behind);
	write_int(out, "sweep_after", &partition->sweep_after);
	json_write_member_int(out, "last_contractor", partition->last_contractor.value);
}

static void write_worker(const struct status_worker *worker, struct buffer *out)
{
	json_write_member_text(out, "worker", worker->name);
	json_write_member(out, "partitions");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < worker->count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		write_partition(&worker->partitions[i], out);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	json_write_member_int(out, "outbox", worker->outbox);
	json_write_member_int(out, "parked", worker->parked);
	json_write_member_bool(out, "parked_exact", worker->parked_exact);
	json_write_member_text(out, "group", worker->group);
	write_int(out, "members", &worker->members);
	write_number(out, "idle_seconds", &worker->idle_s);
	if (!worker->dead_letters.present)
		return;
	json_write_member_int(out, "dead_letters", worker->dead_letters.value);
	json_write_member_bool(out, "dead_letters_exact", worker->dead_letters_exact);
	write_int(out, "dead_letters_open", &worker->dead_letters_open);
}

static void write_verdict(const struct status *status, struct arena *arena, struct buffer *out)
{
	struct status_verdict verdict = status_judge(status, arena);

	json_write_member_text(out, "health", status_health_names[verdict.health]);
	json_write_member_text(out, "verdict", verdict.sentence);
	json_write_member(out, "findings");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < verdict.count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		json_write_member_text(out, "health",
				       status_health_names[verdict.findings[i].health]);
		json_write_member_text(out, "what", verdict.findings[i].what);
		json_write_member_text(out, "next", verdict.findings[i].next);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

static void write_counts(const struct status *status, struct buffer *out)
{
	for (size_t i = 0; i < status->counts_count; i++)
		write_int(out, status->counts[i].what, &status->counts[i].number);
	json_write_member(out, "estimated");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < status->counts_count; i++) {
		const char *what = status->counts[i].what;

		if (!status->counts[i].estimated)
			continue;
		buffer_add_text(out, out->bytes[out->length - 1] == '[' ? "" : ",");
		json_write_text(out, what, strlen(what));
	}
	buffer_add_char(out, ']');
}

void status_print_json(const struct status_reader *reader, const struct status *status,
		       struct arena *arena)
{
	struct texts pending = status_pending(status, arena);
	struct buffer out = { 0 };

	buffer_add_char(&out, '{');
	write_verdict(status, arena, &out);
	json_write_member(&out, "workers");
	buffer_add_char(&out, '[');
	for (size_t i = 0; i < status->count; i++) {
		buffer_add_text(&out, i ? ",{" : "{");
		write_worker(&status->workers[i], &out);
		buffer_add_char(&out, '}');
	}
	buffer_add_char(&out, ']');
	json_write_member_int(&out, "recalculations", status->recalculations);
	json_write_member_int(&out, "voters_waiting", status->voters_waiting);
	status_write_recalculation(&reader->recalculation, &out);
	write_counts(status, &out);
	json_write_member_bool(&out, "done", pending.count == 0);
	json_write_member(&out, "pending");
	buffer_add_char(&out, '[');
	for (size_t i = 0; i < pending.count; i++) {
		buffer_add_text(&out, i ? "," : "");
		json_write_text(&out, pending.items[i], strlen(pending.items[i]));
	}
	buffer_add_text(&out, "]}\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}
