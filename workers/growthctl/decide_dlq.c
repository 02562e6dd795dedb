/* Which letters are meant, and what each says. */
#include "decide_dlq.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "instant.h"
#include "utf8.h"

#define CONNECT "__connect.errors."
#define CUT "growth.cut_from"
#define UUID_LENGTH 36

const char *const letter_state_names[] = { "open",     "pending",   "retried",
					   "imported", "discarded", NULL };

/* ---- headers ---- */

/* A stranger's message may have brought such headers itself; the worker's come last. */
static const struct emit_header *last_named(const struct emit_header *headers, size_t count,
					    const char *name)
{
	while (count-- > 0)
		if (strcmp(headers[count].name, name) == 0)
			return &headers[count];
	return NULL;
}

static const char *text_of(const struct emit_header *header, struct arena *arena)
{
	return header && header->value.data ? one_line(header->value, arena) : NULL;
}

static bool take_number(const char **text, int64_t *ret_number)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*ret_number = strtoll(*text, &end, 10);
	*text = end;
	return !errno;
}

static bool number_of(const char *text, int64_t *ret_number)
{
	return text && take_number(&text, ret_number) && !*text;
}

void letter_take_headers(struct dead_letter *letter, const struct emit_header *headers,
			 size_t count, struct arena *arena)
{
	/* Those without a member are kept nowhere: they say what other members say. */
	const char *topic = NULL, *partition = NULL, *offset = NULL, *ignored;
	const struct {
		const char *name;
		const char **into;
	} taken[] = {
		{ CONNECT "topic", &topic },
		{ CONNECT "partition", &partition },
		{ CONNECT "offset", &offset },
		{ CONNECT "connector.name", &ignored },
		{ CONNECT "task.id", &ignored },
		{ CONNECT "class.name", &ignored },
		{ CONNECT "stage", &letter->stage },
		{ CONNECT "exception.class.name", &letter->error_class },
		{ CONNECT "exception.message", &letter->reason },
		{ CONNECT "exception.stacktrace", &letter->context },
		{ CUT, &letter->cut },
	};
	enum { TAKEN = sizeof(taken) / sizeof(taken[0]) };
	const struct emit_header *found[TAKEN];

	for (size_t i = 0; i < TAKEN; i++) {
		found[i] = last_named(headers, count, taken[i].name);
		*taken[i].into = text_of(found[i], arena);
	}
	if (topic && number_of(partition, &letter->origin.partition) &&
	    number_of(offset, &letter->origin.offset))
		letter->origin.topic = topic;
	letter->retry_of = text_of(last_named(headers, count, DLQ_RETRY_OF), arena);
	letter->headers.items = arena_array(arena, struct emit_header, count);
	for (size_t i = 0; i < count; i++) {
		bool ours = strcmp(headers[i].name, DLQ_RETRY_OF) == 0;

		for (size_t k = 0; k < TAKEN && !ours; k++)
			ours = &headers[i] == found[k];
		if (!ours)
			letter->headers.items[letter->headers.count++] = headers[i];
	}
}

/* ---- places ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && strcmp(text + length - tail, end) == 0;
}

bool place_parse(const char *text, const char *prefix, struct arena *arena,
		 struct letter_place *ret_place, struct err *err)
{
	const char *colon = strchr(text, ':'), *at = colon ? colon + 1 : "";
	struct letter_place place;
	size_t cut = strlen(prefix);

	if (!colon || colon == text || !take_number(&at, &place.partition) ||
	    place.partition > INT32_MAX || *at++ != ':' || !take_number(&at, &place.offset) || *at)
		return err_set(err, ERR_USAGE, "'%s' is no dead letter such as matcher.dlq:0:12",
			       text);
	if (strncmp(text, prefix, cut) == 0 && text + cut < colon)
		text += cut;
	place.topic = arena_strndup(arena, text, (size_t)(colon - text));
	if (!ends_with(place.topic, ".dlq"))
		place.topic = arena_printf(arena, "%s.dlq", place.topic);
	*ret_place = place;
	return true;
}

const char *place_say(const struct letter_place *place, struct arena *arena)
{
	if (!place->topic)
		return NULL;
	if (place->offset < 0)
		return place->topic;
	return arena_printf(arena, "%s:%" PRId64 ":%" PRId64, place->topic, place->partition,
			    place->offset);
}

int place_compare(const void *place, const void *other)
{
	const struct letter_place *a = place, *b = other;
	int order = strcmp(a->topic, b->topic);

	if (!order)
		order = (a->partition > b->partition) - (a->partition < b->partition);
	return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

bool place_is(const struct letter_place *place, const struct letter_place *other)
{
	return place->topic && other->topic && place_compare(place, other) == 0;
}

bool mark_is(const struct letter_mark *mark, const struct dead_letter *letter)
{
	return place_is(&mark->at, &letter->at) && (!mark->time.present || !letter->time.present ||
						    mark->time.value == letter->time.value);
}

/* ---- which ones ---- */

static bool names_place(const struct letter_filter *filter, const struct letter_place *place)
{
	for (size_t i = 0; i < filter->places.count; i++)
		if (place_is(&filter->places.items[i], place))
			return true;
	return false;
}

static bool holds_text(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (; text && *text; text++) {
		size_t i = 0;

		while (i < length && text[i] &&
		       tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
			i++;
		if (i == length)
			return true;
	}
	return false;
}

bool filter_has(const struct letter_filter *filter, const struct dead_letter *letter)
{
	if (filter->places.count)
		return names_place(filter, &letter->at);
	if (filter->state != LETTER_ANY && letter->state != filter->state)
		return false;
	if (filter->workers.count && !texts_hold(&filter->workers, letter->worker))
		return false;
	if (filter->topic &&
	    (!letter->origin.topic || strcmp(filter->topic, letter->origin.topic) != 0))
		return false;
	if (filter->error_class &&
	    (!letter->error_class || strcmp(filter->error_class, letter->error_class) != 0))
		return false;
	if (filter->reason && !holds_text(letter->reason, filter->reason))
		return false;
	return (!filter->from.present || letter->time.value >= filter->from.value) &&
	       (!filter->to.present || letter->time.value < filter->to.value);
}

static bool is_word(char character)
{
	return isalnum((unsigned char)character) || character == '_' || character == '-' ||
	       (unsigned char)character >= 0x80;
}

static bool is_case_of(const char *word, size_t length)
{
	size_t digits = 0, hexadecimal = 0;

	for (size_t i = 0; i < length; i++) {
		digits += isdigit((unsigned char)word[i]) != 0;
		hexadecimal += isxdigit((unsigned char)word[i]) || word[i] == '-';
	}
	return digits && (digits == length || (length == UUID_LENGTH && hexadecimal == length));
}

const char *reason_kind(const char *reason, struct arena *arena)
{
	char *kind = arena_alloc(arena, strlen(reason) + 1);
	size_t used = 0;

	while (*reason) {
		size_t length = 0;

		while (is_word(reason[length]))
			length++;
		if (is_case_of(reason, length)) {
			kind[used++] = '#';
		} else {
			length += length == 0;
			memcpy(kind + used, reason, length);
			used += length;
		}
		reason += length;
	}
	return kind;
}

/* Of a character of so many bytes: those of ASCII, and those that are two bytes in UTF-8 (U+0080 to
 * U+009F), which terminals obey, too. */
static bool is_control(const char *character, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)character;

	return size == 1 ? bytes[0] < 0x20 || bytes[0] == 0x7f
			 : size == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

bool is_plain_text(struct bytes bytes)
{
	const char *text = bytes.data;

	for (size_t at = 0, size; at < bytes.length; at += size) {
		size = utf8_character(text + at, bytes.length - at);
		if (!size || !text[at] ||
		    (is_control(text + at, size) && !strchr("\t\r\n", text[at])))
			return false;
	}
	return true;
}

const char *one_line(struct bytes bytes, struct arena *arena)
{
	char *text = arena_strndup(arena, bytes.length ? bytes.data : "", bytes.length);

	for (size_t at = 0, size; at < bytes.length; at += size) {
		size = utf8_character((const char *)bytes.data + at, bytes.length - at);
		if (!size)
			text[at] = '?';
		else if (is_control((const char *)bytes.data + at, size))
			memset(text + at, ' ', size);
		size += size == 0;
	}
	return text;
}
