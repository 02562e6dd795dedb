#include <inttypes.h>
#include <string.h>

#include "diff.h"
#include "fields.h"
#include "json_write.h"
#include "output.h"

#define TOLD_MOST 8
#define VALUE_MOST 160 /* bytes of a value for people */

/* ---- the head ---- */

static void print_pending(const struct diff *diff, size_t i)
{
	const struct side_state *state = &diff->states[i];
	const struct texts *pending = &state->pending;

	if (state->unknown) {
		printf("%s: how far it is cannot be told: %s\n", diff->sides[i].title,
		       state->unknown);
		return;
	}
	printf("%s: %s\n", diff->sides[i].title,
	       pending->count ? "is not done:" : "has handled all that its topics have");
	for (size_t k = 0; k < pending->count && k < TOLD_MOST; k++)
		printf("  %s\n", pending->items[k]);
	if (pending->count > TOLD_MOST)
		printf("  and %zu more\n", pending->count - TOLD_MOST);
}

/* What a side told of the contractors that differ, as far as it can be read. */
static const char *missing_log(const struct diff *diff, size_t i, struct arena *arena)
{
	const struct diff_log *log = &diff->logs[i];
	const char *why = log->unread ? log->unread
			  : log->told ? "they have lost their beginning"
				      : "there are none";

	if (!diff->differing_count || (log->told ? log->whole : log->trusted))
		return NULL;
	return arena_printf(
		arena,
		"what its topics contractor.matched and goal.enriched told is not known (%s), so what "
		"was made in passing cannot be checked, and is unexplained",
		why);
}

static void print_log(const struct diff *diff, size_t i, struct arena *arena)
{
	const char *missing = missing_log(diff, i, arena);

	if (missing)
		printf("%s: %s\n", diff->sides[i].title, missing);
}

static void print_feeding(const struct feeding *feeding, struct arena *arena)
{
	static const char *const headings[] = { "TOPIC", ">PARTITION", ">LIVE", ">FED", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < feeding->count; i++) {
		table_add(&table, feeding->items[i].topic);
		table_add_number(&table, feeding->items[i].partition);
		table_add_number(&table, feeding->items[i].live);
		table_add_number(&table, feeding->items[i].until);
	}
	printf("\nOffsets of live's topics: where live is, and up to where the shadow was fed\n");
	table_print(&table, stdout);
	if (feeding->count && !feeding->items[0].finished)
		printf("The replay is not finished.\n");
	if (feeding->not_fed)
		printf("Live has handled up to %" PRId64
		       " offsets that the shadow was not fed: what came of them differs.\n",
		       feeding->not_fed);
}

static void write_state(const struct diff *diff, size_t i, struct buffer *out, struct arena *arena)
{
	const struct side_state *state = &diff->states[i];

	json_write_member(out, i ? "right" : "left");
	buffer_add_char(out, '{');
	json_write_member_text(out, "name", diff->sides[i].title);
	json_write_member_text(out, "database", diff->sides[i].database);
	json_write_member_text(out, "latest", state->latest);
	json_write_member_text(out, "unknown", state->unknown);
	json_write_member_text(out, "log", missing_log(diff, i, arena));
	json_write_member(out, "pending");
	buffer_add_char(out, '[');
	for (size_t k = 0; k < state->pending.count; k++) {
		if (k)
			buffer_add_char(out, ',');
		json_write_text(out, state->pending.items[k], strlen(state->pending.items[k]));
	}
	buffer_add_text(out, "]}");
}

static void write_feeding(const struct feeding *feeding, struct buffer *out)
{
	json_write_member(out, "positions");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < feeding->count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		json_write_member_text(out, "topic", feeding->items[i].topic);
		json_write_member_int(out, "partition", feeding->items[i].partition);
		json_write_member_int(out, "live", feeding->items[i].live);
		json_write_member_int(out, "fed", feeding->items[i].until);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	json_write_member_int(out, "not_fed", feeding->not_fed);
}

static void put(struct buffer *out)
{
	fwrite(out->bytes, 1, out->length, stdout);
	buffer_release(out);
}

void diff_print_head(const struct diff *diff, struct arena *arena)
{
	struct buffer out = { 0 };

	if (diff->json) {
		buffer_add_char(&out, '{');
		write_state(diff, 0, &out, arena);
		write_state(diff, 1, &out, arena);
		write_feeding(&diff->feeding, &out);
		json_write_member(&out, "differences");
		buffer_add_char(&out, '[');
		put(&out);
		return;
	}
	output_heading(stdout, "%s (%s) against %s (%s)", diff->sides[0].title,
		       diff->sides[0].database, diff->sides[1].title, diff->sides[1].database);
	print_pending(diff, 0);
	print_pending(diff, 1);
	print_log(diff, 0, arena);
	print_log(diff, 1, arena);
	if (diff->feeding.count)
		print_feeding(&diff->feeding, arena);
}

/* ---- a row ---- */

/* "contractor_id=12 pattern_key=…" of the key's JSON. */
static const char *say_key(const char *key, struct arena *arena)
{
	struct json_object *object = json_tokener_parse(key);
	struct buffer text = { 0 };
	const char *copy;

	json_object_object_foreach(object, name, value) {
		const char *shown = json_object_get_string(value);

		buffer_printf(&text, "%s%s=%s", text.length ? " " : "", name,
			      shown ? shown : "null");
	}
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	json_object_put(object);
	return copy;
}

/* A long value is cut, not within a character. */
static const char *shortened(const char *value, struct arena *arena)
{
	size_t length = VALUE_MOST;

	if (!value)
		return "(none)";
	if (strlen(value) <= VALUE_MOST)
		return value;
	while ((value[length] & 0xc0) == 0x80)
		length--;
	return arena_printf(arena, "%.*s…", (int)length, value);
}

static void print_reason(const struct difference *difference)
{
	if (difference->explained)
		printf("  (%s)", difference->explained);
	printf("\n");
}

static void print_row(const struct diff *diff, const struct diff_table *table, const char *key,
		      const struct differences *found, struct arena *arena)
{
	const struct difference *first = &found->items[0];

	printf("\n%s ", table->name);
	output_text(stdout, say_key(key, arena));
	if (!first->path) {
		printf(": only in %s", diff->sides[first->left ? 0 : 1].title);
		print_reason(first);
		return;
	}
	printf("\n");
	for (size_t i = 0; i < found->count; i++) {
		const struct difference *difference = &found->items[i];

		printf("  ");
		output_text(stdout, difference->path);
		printf(": ");
		output_json(stdout, shortened(difference->left, arena));
		printf(" | ");
		output_json(stdout, shortened(difference->right, arena));
		print_reason(difference);
	}
}

static void write_value(struct buffer *out, const char *name, const char *json)
{
	if (!json)
		return;
	json_write_member(out, name);
	buffer_add_text(out, json);
}

static void write_row(const struct diff *diff, const struct diff_table *table, const char *key,
		      const struct differences *found, struct buffer *out)
{
	bool unexplained = false;

	buffer_add_text(out, diff->told ? ",\n{" : "\n{");
	json_write_member_text(out, "table", table->name);
	write_value(out, "key", key);
	json_write_member(out, "columns");
	buffer_add_char(out, '[');
	for (size_t i = 0; i < found->count; i++) {
		const struct difference *difference = &found->items[i];

		buffer_add_text(out, i ? ",{" : "{");
		json_write_member_text(out, "path", difference->path);
		write_value(out, "left", difference->left);
		write_value(out, "right", difference->right);
		json_write_member_text(out, "explained", difference->explained);
		buffer_add_char(out, '}');
		unexplained = unexplained || !difference->explained;
	}
	buffer_add_char(out, ']');
	json_write_member_bool(out, "unexplained", unexplained);
	buffer_add_char(out, '}');
}

void diff_print_row(struct diff *diff, const struct diff_table *table, const char *key,
		    const struct differences *found, struct arena *arena)
{
	struct buffer out = { 0 };

	if (diff->json) {
		write_row(diff, table, key, found, &out);
		put(&out);
	} else {
		print_row(diff, table, key, found, arena);
	}
	diff->told++;
}

/* ---- the counts ---- */

static void print_counts(const struct diff *diff, struct arena *arena)
{
	const char *headings[] = { "TABLE",
				   arena_printf(arena, ">%s", diff->sides[0].title),
				   arena_printf(arena, ">%s", diff->sides[1].title),
				   ">EQUAL",
				   ">DIFFERENT",
				   arena_printf(arena, ">ONLY %s", diff->sides[0].title),
				   arena_printf(arena, ">ONLY %s", diff->sides[1].title),
				   ">EXPLAINED",
				   ">UNEXPLAINED",
				   NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_counts *counts = &diff->counts[i];

		table_add(&table, counts->table->name);
		table_add_number(&table, counts->left);
		table_add_number(&table, counts->right);
		table_add_number(&table, counts->equal);
		table_add_number(&table, counts->different);
		table_add_number(&table, counts->only_left);
		table_add_number(&table, counts->only_right);
		table_add_number(&table, counts->explained);
		table_add_number(&table, counts->unexplained);
	}
	printf("\n");
	table_print(&table, stdout);
}

static void print_verdict(const struct diff *diff)
{
	int64_t rows = 0;

	for (size_t i = 0; i < diff->count; i++)
		rows += diff->counts[i].explained + diff->counts[i].unexplained;
	printf("\n%" PRId64 " rows are not equal, %" PRId64 " of them unexplained%s\n", rows,
	       diff->unexplained,
	       (int64_t)diff->told < rows ? "; --limit 0 tells all of them" : "");
}

static void write_counts(const struct diff_counts *counts, struct buffer *out)
{
	buffer_add_char(out, '{');
	json_write_member_text(out, "table", counts->table->name);
	json_write_member_int(out, "left", counts->left);
	json_write_member_int(out, "right", counts->right);
	json_write_member_int(out, "equal", counts->equal);
	json_write_member_int(out, "different", counts->different);
	json_write_member_int(out, "only_left", counts->only_left);
	json_write_member_int(out, "only_right", counts->only_right);
	json_write_member_int(out, "explained", counts->explained);
	json_write_member_int(out, "unexplained", counts->unexplained);
	buffer_add_char(out, '}');
}

void diff_print_tail(const struct diff *diff, struct arena *arena)
{
	struct buffer out = { 0 };

	if (!diff->json) {
		print_counts(diff, arena);
		print_verdict(diff);
		return;
	}
	buffer_add_char(&out, ']');
	json_write_member(&out, "tables");
	buffer_add_char(&out, '[');
	for (size_t i = 0; i < diff->count; i++) {
		if (i)
			buffer_add_char(&out, ',');
		write_counts(&diff->counts[i], &out);
	}
	buffer_add_char(&out, ']');
	json_write_member_int(&out, "unexplained", diff->unexplained);
	buffer_add_text(&out, "}\n");
	put(&out);
}
