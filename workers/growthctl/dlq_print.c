/* Dead letters for people. */
#include <json-c/json.h>

#include "dlq.h"
#include "instant.h"
#include "json_write.h"
#include "output.h"

#define HEX_MOST 1024 /* bytes of a value that is no text; export has all */

static const char *time_of(utc_us time, struct arena *arena)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(time - time % US_PER_SECOND, text);
	return arena_strdup(arena, text);
}

/* ---- summary ---- */

struct kind {
	const char *worker, *topic, *error_class, *reason;
	int64_t open, handled;
	utc_us last;
};

static int by_kind(const void *a, const void *b)
{
	const struct kind *one = a, *two = b;
	int order = strcmp(one->worker, two->worker);

	if (!order)
		order = strcmp(one->topic, two->topic);
	if (!order)
		order = strcmp(one->error_class, two->error_class);
	return order ? order : strcmp(one->reason, two->reason);
}

/* Those with open letters first, the most of them at the top. */
static int by_count(const void *a, const void *b)
{
	const struct kind *one = a, *two = b;

	if (one->open != two->open)
		return one->open < two->open ? 1 : -1;
	return by_kind(a, b);
}

static struct kind kind_of(const struct dead_letter *letter, struct arena *arena)
{
	return (struct kind){
		.worker = letter->worker,
		.topic = letter->origin.topic ? letter->origin.topic : "-",
		.error_class = letter->error_class ? letter->error_class : "-",
		.reason = letter->reason ? reason_kind(letter->reason, arena) : "-",
		.open = letter->state == LETTER_OPEN,
		.handled = letter->state != LETTER_OPEN,
		.last = letter->time.value,
	};
}

/* Adds up equal neighbours. */
static size_t merge(struct kind *kinds, size_t count)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (used && by_kind(&kinds[used - 1], &kinds[i]) == 0) {
			kinds[used - 1].open += kinds[i].open;
			kinds[used - 1].handled += kinds[i].handled;
			if (kinds[i].last > kinds[used - 1].last)
				kinds[used - 1].last = kinds[i].last;
		} else {
			kinds[used++] = kinds[i];
		}
	}
	return used;
}

static size_t count_kinds(const struct dead_letters *letters, const struct letter_filter *filter,
			  struct arena *arena, struct kind **ret_kinds)
{
	struct letter_filter any = *filter;
	struct kind *kinds = arena_array(arena, struct kind, letters->count);
	size_t count = 0;

	any.state = LETTER_ANY;
	for (size_t i = 0; i < letters->count; i++)
		if (filter_has(&any, &letters->items[i]))
			kinds[count++] = kind_of(&letters->items[i], arena);
	if (count)
		qsort(kinds, count, sizeof(*kinds), by_kind);
	count = merge(kinds, count);
	if (count)
		qsort(kinds, count, sizeof(*kinds), by_count);
	*ret_kinds = kinds;
	return count;
}

void dlq_print_summary(const struct dead_letters *letters, const struct letter_filter *filter,
		       struct arena *arena)
{
	static const char *const headings[] = { "WORKER", "TOPIC", ">OPEN",  ">HANDLED",
						"LAST",   "ERROR", "REASON", NULL };
	struct kind *kinds;
	size_t count = count_kinds(letters, filter, arena, &kinds);
	struct table table;

	if (!count) {
		puts("There are no dead letters.");
		return;
	}
	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		table_add(&table, kinds[i].worker);
		table_add(&table, kinds[i].topic);
		table_add_number(&table, kinds[i].open);
		table_add_number(&table, kinds[i].handled);
		table_add(&table, time_of(kinds[i].last, arena));
		table_add(&table, kinds[i].error_class);
		table_add(&table, kinds[i].reason);
	}
	table_print(&table, stdout);
}

void dlq_print_summary_json(const struct dead_letters *letters, const struct letter_filter *filter,
			    struct buffer *out, struct arena *arena)
{
	struct kind *kinds;
	size_t count = count_kinds(letters, filter, arena, &kinds);

	buffer_add_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i ? ",{" : "{");
		json_write_member_text(out, "worker", kinds[i].worker);
		json_write_member_text(out, "topic", kinds[i].topic);
		json_write_member_int(out, "open", kinds[i].open);
		json_write_member_int(out, "handled", kinds[i].handled);
		json_write_member_text(out, "last", time_of(kinds[i].last, arena));
		json_write_member_text(out, "class", kinds[i].error_class);
		json_write_member_text(out, "reason", kinds[i].reason);
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, "]\n");
}

/* ---- list ---- */

static const char *key_of(const struct dead_letter *letter, struct arena *arena)
{
	return letter->key.data ? one_line(letter->key, arena) : NULL;
}

void dlq_print_list(struct dead_letter *const *letters, size_t count, struct arena *arena)
{
	static const char *const headings[] = { "LETTER", "TIME",  "FROM",   "KEY",
						"ERROR",  "STATE", "REASON", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		const struct dead_letter *letter = letters[i];

		table_add(&table, place_say(&letter->at, arena));
		table_add(&table, time_of(letter->time.value, arena));
		table_add(&table, place_say(&letter->origin, arena));
		table_add(&table, key_of(letter, arena));
		table_add(&table, letter->error_class);
		table_add(&table, letter_say(letter, arena));
		table_add(&table, letter->reason);
	}
	table_print(&table, stdout);
}

void dlq_print_messages(const struct dlq_message *messages, size_t count, struct arena *arena)
{
	static const char *const headings[] = { "LETTER", "TO", "ID", NULL };
	struct table table;

	table_init(&table, arena, headings);
	for (size_t i = 0; i < count; i++) {
		struct letter_place to = { messages[i].line.topic, messages[i].sent_partition,
					   messages[i].sent_offset };

		for (size_t k = 0; k < messages[i].count; k++) {
			table_add(&table, place_say(&messages[i].letters[k]->at, arena));
			table_add(&table, place_say(&to, arena));
			table_add(&table, messages[i].line.id);
		}
	}
	table_print(&table, stdout);
}

/* ---- show ---- */

static void print_line(const char *name, const char *text)
{
	if (text)
		printf("%-10s %s\n", name, text);
}

static void print_hex(struct bytes value)
{
	size_t shown = value.length < HEX_MOST ? value.length : HEX_MOST;
	const unsigned char *bytes = value.data;

	for (size_t row = 0; row < shown; row += 16) {
		printf("%08zx ", row);
		for (size_t i = row; i < row + 16; i++)
			if (i < shown)
				printf(" %02x", bytes[i]);
			else
				fputs("   ", stdout);
		fputs("  ", stdout);
		for (size_t i = row; i < row + 16 && i < shown; i++)
			putchar(bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.');
		putchar('\n');
	}
	if (shown < value.length)
		printf("and %zu bytes more; growthctl dlq export has them\n", value.length - shown);
}

/* As json-c reads it, which is laxer than a worker: that a member occurs twice is not seen here. */
static bool print_json(struct bytes value)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *tree;
	bool good;

	if (!tokener)
		abort();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	tree = json_tokener_parse_ex(tokener, value.data, (int)value.length);
	good = json_tokener_get_error(tokener) == json_tokener_success;
	if (good) {
		/* What stood there as \u009b is the character itself by now. */
		output_json(stdout,
			    json_object_to_json_string_ext(
				    tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
		putchar('\n');
	}
	json_object_put(tree);
	json_tokener_free(tokener);
	return good;
}

static void print_value(struct bytes value)
{
	if (!value.data)
		puts("null");
	else if (!is_plain_text(value))
		print_hex(value);
	else if (!print_json(value))
		printf("%.*s\n", (int)value.length, (const char *)value.data);
}

void dlq_print_letter(const struct dead_letter *letter, struct arena *arena)
{
	output_heading(stdout, "%s", place_say(&letter->at, arena));
	print_line("state", letter_say(letter, arena));
	print_line("time", time_of(letter->time.value, arena));
	print_line("from", place_say(&letter->origin, arena));
	print_line("event",
		   letter->id ? arena_printf(arena, "%s of %s", letter->id, letter->source) : NULL);
	print_line("stage", letter->stage);
	print_line("error", letter->error_class);
	print_line("reason", letter->reason);
	print_line("context", letter->context);
	print_line("retry of", letter->retry_of);
	print_line("cut from", letter->cut);
	print_line("retry", letter_obstacle(letter) ? letter_obstacle(letter) : "possible");
	print_line("key", letter->key.data ? one_line(letter->key, arena) : "null");
	for (size_t i = 0; i < letter->headers.count; i++) {
		const struct emit_header *header = &letter->headers.items[i];

		printf("%-10s %s: %s\n", i ? "" : "headers",
		       one_line((struct bytes){ header->name, strlen(header->name) }, arena),
		       header->value.data ? one_line(header->value, arena) : "null");
	}
	printf("value      %zu bytes\n", letter->value.length);
	print_value(letter->value);
	putchar('\n');
}
