/*
 * Structured log lines on stderr, one write() a line, safe from any thread: JSON objects or logfmt.
 * Each has time (RFC 3339 UTC), level, worker, msg, then the given fields. Only the worker loop and
 * main log.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };
enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_LOGFMT };

struct log_field {
	const char *name; /* NULL ends the list */
	enum { LOG_FIELD_TEXT, LOG_FIELD_INT, LOG_FIELD_NUMBER } kind;
	const char *text;
	int64_t integer;
	double number;
};

/* Once, before other threads start. `worker` is kept, not copied. */
void log_init(const char *worker, enum log_level level, enum log_format format);

static inline struct log_field log_text(const char *name, const char *text)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_TEXT, .text = text };
}

static inline struct log_field log_int(const char *name, int64_t integer)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_INT, .integer = integer };
}

static inline struct log_field log_number(const char *name, double number)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_NUMBER, .number = number };
}

/* message, then struct log_field values by value, ended by one whose name is NULL: use the macros
 * below. */
void log_emit(enum log_level level, const char *message, ...);

/* log_info("partition assigned", log_text("topic", topic), log_int("partition", p)); */
#define log_debug(...) log_emit(LOG_LEVEL_DEBUG, __VA_ARGS__, (struct log_field){ .name = NULL })
#define log_info(...) log_emit(LOG_LEVEL_INFO, __VA_ARGS__, (struct log_field){ .name = NULL })
#define log_warn(...) log_emit(LOG_LEVEL_WARN, __VA_ARGS__, (struct log_field){ .name = NULL })
#define log_error(...) log_emit(LOG_LEVEL_ERROR, __VA_ARGS__, (struct log_field){ .name = NULL })
