/*
 * A line is built in a buffer of its own and leaves in one write(); the mutex is for lines that the
 * kernel takes in pieces (more than PIPE_BUF into a pipe). What strangers sent may be in any field,
 * so text that is not UTF-8, or that a terminal would obey, is mended: a line is always valid, and
 * harmless where it is shown.
 */
#include "log.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

#include "buffer.h"
#include "fields.h"
#include "instant.h"
#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static struct {
	const char *worker;
	enum log_level level;
	enum log_format format;
} settings = { .level = LOG_LEVEL_INFO };

static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

void log_init(const char *worker, enum log_level level, enum log_format format)
{
	settings.worker = worker;
	settings.level = level;
	settings.format = format;
}

/* What a terminal obeys although it is no ASCII control character: those of C1, and what turns the
 * direction of text. */
static bool is_terminal_control(const char *text, size_t size)
{
	const unsigned char *c = (const unsigned char *)text;

	return (size == 2 && c[0] == 0xc2 && c[1] < 0xa0) ||
	       (size == 3 && c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) ||
	       (size == 3 && c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

static void mend(struct buffer *out, const char *text)
{
	size_t rest = strlen(text);

	buffer_reserve(out, rest);
	while (rest) {
		size_t size = utf8_character(text, rest);

		if (size && !is_terminal_control(text, size))
			buffer_add(out, text, size);
		else
			buffer_add_text(out, REPLACEMENT);
		size += !size;
		text += size;
		rest -= size;
	}
}

/* logfmt needs no quotes around a plain word. */
static bool is_plain(const struct buffer *text)
{
	for (size_t i = 0; i < text->length; i++) {
		unsigned char c = (unsigned char)text->bytes[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
			return false;
	}
	return text->length > 0;
}

static void add_name(struct buffer *line, const char *name)
{
	bool first = line->length == 0;

	if (settings.format == LOG_FORMAT_JSON) {
		buffer_add_char(line, first ? '{' : ',');
		json_write_text(line, name, strlen(name));
		buffer_add_char(line, ':');
	} else {
		buffer_printf(line, "%s%s=", first ? "" : " ", name);
	}
}

static void add_text(struct buffer *line, const char *name, const char *text)
{
	struct buffer mended = { 0 };

	if (!text)
		return;
	add_name(line, name);
	mend(&mended, text);
	if (settings.format == LOG_FORMAT_LOGFMT && is_plain(&mended))
		buffer_add(line, mended.bytes, mended.length);
	else
		json_write_text(line, mended.bytes, mended.length);
	buffer_release(&mended);
}

static void add_number(struct buffer *line, const char *name, double number)
{
	if (!isfinite(number)) { /* JSON has no number for it */
		add_text(line, name, isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
		return;
	}
	add_name(line, name);
	json_write_number(line, number);
}

static void add_field(struct buffer *line, const struct log_field *field)
{
	switch (field->kind) {
	case LOG_FIELD_TEXT:
		add_text(line, field->name, field->text);
		break;
	case LOG_FIELD_INT:
		add_name(line, field->name);
		buffer_printf(line, "%lld", (long long)field->integer);
		break;
	case LOG_FIELD_NUMBER:
		add_number(line, field->name, field->number);
		break;
	}
}

static void add_head(struct buffer *line, enum log_level level, const char *message)
{
	static const char *const levels[] = { "debug", "info", "warn", "error" };
	char time[INSTANT_TEXT_SIZE];

	instant_format(instant_now(), time);
	add_text(line, "time", time);
	add_text(line, "level", levels[level]);
	add_text(line, "worker", settings.worker);
	add_text(line, "msg", message);
}

static void write_line(const char *bytes, size_t length)
{
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };

	pthread_mutex_lock(&writing);
	while (length) {
		ssize_t written = write(STDERR_FILENO, bytes, length);

		if (written >= 0) {
			bytes += written;
			length -= (size_t)written;
		} else if (errno == EAGAIN) { /* somebody made the shared stderr non-blocking */
			poll(&room, 1, -1);
		} else if (errno != EINTR) {
			break; /* nobody is left to tell */
		}
	}
	pthread_mutex_unlock(&writing);
}

void log_emit(enum log_level level, const char *message, ...)
{
	struct buffer line = { 0 };
	int saved_errno = errno;
	va_list fields;

	if (level < settings.level)
		return;
	add_head(&line, level, message);
	va_start(fields, message);
	for (;;) {
		struct log_field field = va_arg(fields, struct log_field);

		if (!field.name)
			break;
		add_field(&line, &field);
	}
	va_end(fields);
	buffer_add_text(&line, settings.format == LOG_FORMAT_JSON ? "}\n" : "\n");
	write_line(line.bytes, line.length);
	buffer_release(&line);
	errno = saved_errno;
}
