#include <inttypes.h>

#include "json_write.h"
#include "output.h"
#include "positions.h"

static void add_optional(struct table *table, bool present, int64_t number)
{
	if (present)
		table_add_number(table, number);
	else
		table_add(table, NULL);
}

void positions_print(const struct worker_positions *workers, size_t count, struct arena *arena)
{
	static const char *const headings[] = { "WORKER",    "TOPIC",  ">PARTITION", ">NEXT",
						">SEQUENCE", ">EPOCH", ">COMMITTED", ">SEQUENCE",
						">START",    ">END",   ">LAG",       "VERDICT",
						NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < workers[i].count; k++) {
			const struct position *position = &workers[i].items[k];

			table_add(&table, workers[i].worker->name);
			table_add(&table, position->topic);
			table_add_number(&table, position->partition);
			add_optional(&table, position->stored, position->next_offset);
			add_optional(&table, position->stored, position->sequence);
			add_optional(&table, position->stored, position->epoch);
			add_optional(&table, position->committed, position->committed_offset);
			add_optional(&table, position->published.present,
				     position->published.value);
			table_add_number(&table, position->log_start);
			table_add_number(&table, position->log_end);
			table_add_number(&table, position_lag(position));
			table_add(&table, position_say(position, arena));
		}
	}
	table_print(&table, stdout);
}

static void member_optional(struct buffer *out, const char *name, bool present, int64_t number)
{
	if (present)
		json_write_member_int(out, name, number);
	else
		json_write_member_text(out, name, NULL);
}

static void write_position(const struct worker_positions *worker, const struct position *position,
			   struct buffer *out)
{
	static const char *const words[] = { "fits", "starts", "stopped" };

	json_write_member_text(out, "worker", worker->worker->name);
	json_write_member_text(out, "group", worker->group);
	json_write_member_text(out, "topic", position->topic);
	json_write_member_int(out, "partition", position->partition);
	member_optional(out, "next_offset", position->stored, position->next_offset);
	member_optional(out, "sequence", position->stored, position->sequence);
	member_optional(out, "epoch", position->stored, position->epoch);
	member_optional(out, "committed_offset", position->committed, position->committed_offset);
	member_optional(out, "committed_sequence", position->published.present,
			position->published.value);
	json_write_member_int(out, "log_start", position->log_start);
	json_write_member_int(out, "log_end", position->log_end);
	json_write_member_int(out, "lag", position_lag(position));
	json_write_member_int(out, "outbox", position->waiting);
	json_write_member_text(out, "verdict", words[position->word]);
	json_write_member_text(out, "reason", position->reason);
}

void positions_print_json(const struct worker_positions *workers, size_t count)
{
	struct buffer out = { 0 };

	buffer_add_char(&out, '[');
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < workers[i].count; k++) {
			buffer_add_text(&out, out.length > 1 ? ",{" : "{");
			write_position(&workers[i], &workers[i].items[k], &out);
			buffer_add_char(&out, '}');
		}
	}
	buffer_add_text(&out, "]\n");
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_release(&out);
}

void moves_print(const struct move *moves, size_t count, struct arena *arena)
{
	static const char *const headings[] = { "TOPIC",     ">PARTITION", ">FROM",      ">TO",
						">SEQUENCE", ">COMMITTED", "THE WORKER", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		const struct move *move = &moves[i];

		table_add(&table, move->from->topic);
		table_add_number(&table, move->from->partition);
		add_optional(&table, move->from->stored, move->from->next_offset);
		table_add_number(&table, move->next_offset);
		table_add_number(&table, move->sequence);
		table_add_number(&table, move->published);
		table_add(&table, move_say(move, arena));
	}
	table_print(&table, stdout);
}

void moves_print_csv(const char *prefix, const struct move *moves, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%s%s,%" PRId64 ",%" PRId64 "\n", prefix, moves[i].from->topic,
		       moves[i].from->partition, moves[i].next_offset);
}
