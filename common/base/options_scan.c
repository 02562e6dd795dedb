/*
 * A look at a file's text before libconfig 1.5 gets it, for two things that it does badly: an
 * integer of more than 32 bits without the suffix L is silently cut to 32, and an @include that
 * cannot be read (a directory, say) ends the process. Tokens are told apart as libconfig's scanner
 * does; what is no valid file is left to libconfig to report.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "options_internal.h"

#define INCLUDE "@include"
#define INCLUDE_DEPTH 10 /* libconfig's own limit */

struct scan {
	struct options_reader *reader;
	const char *path;
	const char *at;
	unsigned line;
	int depth;
};

static bool scan_text(struct options_reader *reader, const char *path, const char *text, int depth);

/* Moves on by `length` characters, counting lines. */
static void advance(struct scan *scan, size_t length)
{
	for (; length; length--)
		scan->line += *scan->at++ == '\n';
}

static void skip_string(struct scan *scan)
{
	advance(scan, 1);
	while (*scan->at && *scan->at != '"')
		advance(scan, *scan->at == '\\' && scan->at[1] ? 2 : 1);
	advance(scan, *scan->at == '"');
}

static void skip_comment(struct scan *scan)
{
	const char *end;

	if (*scan->at == '#' || scan->at[1] == '/') {
		advance(scan, strcspn(scan->at, "\n"));
		return;
	}
	end = strstr(scan->at + 2, "*/");
	advance(scan, end ? (size_t)(end + 2 - scan->at) : strlen(scan->at));
}

static void scan_number(struct scan *scan)
{
	bool hexadecimal = scan->at[0] == '0' && (scan->at[1] == 'x' || scan->at[1] == 'X');
	long long value;
	char *end;

	errno = 0;
	if (hexadecimal)
		value = (long long)strtoull(scan->at, &end, 16);
	else
		value = strtoll(scan->at, &end, 10);
	int length = (int)(end - scan->at);
	if (*end == '.' || *end == 'e' || *end == 'E') {
		advance(scan, strspn(scan->at, "+-.0123456789eE"));
		return;
	}
	if (errno || (hexadecimal && value < 0))
		options_complain(scan->reader, "%s:%u: an integer is larger than 64 bits",
				 scan->path, scan->line);
	else if (*end != 'L' && (value < INT_MIN || value > INT_MAX))
		options_complain(scan->reader,
				 "%s:%u: an integer is larger than 32 bits: write an L behind it",
				 scan->path, scan->line);
	advance(scan, (size_t)length);
}

/* At an "@include" that begins a line. */
static bool scan_include(struct scan *scan)
{
	struct buffer bytes = { 0 };

	advance(scan, strlen(INCLUDE));
	advance(scan, strspn(scan->at, " \t"));
	size_t length = *scan->at == '"' ? strcspn(scan->at + 1, "\"\n") : 0;
	if (!length || scan->at[1 + length] != '"' || memchr(scan->at + 1, '\\', length))
		return true;
	if (scan->depth == INCLUDE_DEPTH) {
		options_complain(scan->reader, "%s:%u: includes nest deeper than %d", scan->path,
				 scan->line, INCLUDE_DEPTH);
		return false;
	}
	const char *path = arena_strndup(scan->reader->arena, scan->at + 1, length);
	skip_string(scan);
	buffer_add_text(&bytes, "");
	bool safe = options_read_bytes(scan->reader, path, &bytes) &&
		    scan_text(scan->reader, path, bytes.bytes, scan->depth + 1);
	buffer_release(&bytes);
	return safe;
}

static void skip_word(struct scan *scan)
{
	while (isalnum((unsigned char)*scan->at) || (*scan->at && strchr("-_*", *scan->at)))
		scan->at++;
}

/* One token, or one character between tokens; an @include is none of them. */
static void scan_token(struct scan *scan)
{
	const char *at = scan->at;
	bool sign = *at == '-' || *at == '+';

	if (*at == '"')
		skip_string(scan);
	else if (*at == '#' || (*at == '/' && (at[1] == '/' || at[1] == '*')))
		skip_comment(scan);
	else if (isalpha((unsigned char)*at) || *at == '*')
		skip_word(scan);
	else if (*at == '.')
		advance(scan, strspn(at, ".0123456789eE"));
	else if (isdigit((unsigned char)at[sign]))
		scan_number(scan);
	else
		advance(scan, 1);
}

static bool scan_text(struct options_reader *reader, const char *path, const char *text, int depth)
{
	struct scan scan = {
		.reader = reader,
		.path = path,
		.at = text,
		.line = 1,
		.depth = depth,
	};
	bool line_begins = true;

	while (*scan.at) {
		bool blank = *scan.at == ' ' || *scan.at == '\t';

		if (line_begins && strncmp(scan.at, INCLUDE, strlen(INCLUDE)) == 0) {
			if (!scan_include(&scan))
				return false;
			line_begins = false;
			continue;
		}
		line_begins = *scan.at == '\n' || (line_begins && blank);
		scan_token(&scan);
	}
	return true;
}

bool options_scan(struct options_reader *reader, const char *path, const char *text)
{
	return scan_text(reader, path, text, 0);
}
