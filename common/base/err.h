/*
 * The one error type. What can fail returns bool (or a pointer, NULL on failure) and takes `struct
 * err *` last. Who sees the failure first sets the kind, which tells the worker loop what to do;
 * callers add their part in front with err_wrap() and never log. "Not found" is a value, not an
 * error.
 */
#pragma once

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_RETRY,  /* a server is away, busy or full: roll back, back off, do it again */
	ERR_POISON, /* the data is at fault: isolate the message and dead-letter it */
	ERR_FENCED, /* another instance owns the partition now */
	/* the command line or the configuration is wrong: EX_USAGE (64) or EX_CONFIG (78) */
	ERR_USAGE,
	ERR_FATAL, /* our own fault or a broken installation: stop with EX_CONFIG (78) */
};

struct err {
	enum err_kind kind;
	char code[8]; /* SQLSTATE when the failure came from Postgres, else "" */
	char text
		[1024]; /* outermost context first: "batch of 500: load goals: deadlock detected" */
};

/* Sets *err. Always returns false, so that `return err_set(…)` reads well. The text is cut, never
 * overrun, and what a stranger put into it that is no UTF-8 becomes '?': it goes into headers and
 * logs. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts context in front of err's text: "<context>: <text>". Keeps kind and code. Returns false. */
bool err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a line to a report that collects several findings (a configuration's bad keys):
 * "<text>\n<line>". The kind becomes `kind`. Returns false. */
bool err_append(struct err *err, enum err_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
