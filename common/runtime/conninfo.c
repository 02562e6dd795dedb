/*
 * libpq quotes what it cannot read, and that is a part of the password when a blank in it is not
 * quoted (password=two words) or a character of it not escaped (postgresql://user:pa/ss@host). So
 * only the words around its quotations are passed on.
 */
#include "conninfo.h"

#include <libpq-fe.h>
#include <string.h>

#include "buffer.h"

/* Behind the "://" of a URI; NULL: it is none. */
static const char *uri_authority(const char *conninfo)
{
	static const char *const schemes[] = { "postgresql://", "postgres://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (strncmp(conninfo, schemes[i], strlen(schemes[i])) == 0)
			return conninfo + strlen(schemes[i]);
	}
	return NULL;
}

/* Whether an '@' stands where only a password that is not escaped has one: a second one, or one
 * behind the host. */
static bool is_split(const char *authority)
{
	const char *host = authority + strcspn(authority, "@/");

	host += *host == '@';
	return memchr(host, '@', strcspn(host, "?")) != NULL;
}

/* Its first line, … for each text in quotes but a "=". */
static void add_unquoted(struct buffer *out, const char *text)
{
	bool quoted = false;

	for (; *text && *text != '\n'; text++) {
		if (*text == '"') {
			quoted = !quoted;
			buffer_add_text(out,
					quoted && strncmp(text, "\"=\"", 3) != 0 ? "\"…" : "\"");
		} else if (!quoted || *text == '=') {
			buffer_add_char(out, *text);
		}
	}
}

bool conninfo_check(const char *conninfo, struct err *err)
{
	const char *authority = uri_authority(conninfo);
	struct buffer reason = { 0 };
	PQconninfoOption *options;
	char *text = NULL;

	if (authority && is_split(authority))
		return err_set(
			err, ERR_USAGE,
			"postgres.conninfo: a URI with an '@' too many: write %%40 for '@', %%2F for '/', %%3F for '?' in a password");
	if (!authority && !strchr(conninfo, '='))
		return true; /* libpq takes it for a database's name */
	options = PQconninfoParse(conninfo, &text);
	if (options) {
		PQconninfoFree(options);
		return true;
	}
	if (!text || strstr(text, "out of memory")) {
		PQfreemem(text);
		return err_set(err, ERR_RETRY, "postgres.conninfo: no memory to read it");
	}
	add_unquoted(&reason, text);
	err_set(err, ERR_USAGE,
		"postgres.conninfo: %s (what is in quotes is not shown, it may belong to a password)",
		reason.bytes);
	buffer_release(&reason);
	PQfreemem(text);
	return false;
}
