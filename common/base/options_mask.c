/*
 * What of a secret may be shown. When in doubt, nothing: a text is taken for a conninfo only when
 * every keyword in it is one of libpq's, since a random password may well contain a '='.
 */
#include <ctype.h>

#include "options_internal.h"

#define MASK "***"

bool option_name_is_secret(const char *name)
{
	static const char *const words[] = { "password", "secret", "key", "jaas", "oauthbearer" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasestr(name, words[i]))
			return true;
	}
	return false;
}

int option_shown_length(const char *word)
{
	return (int)strcspn(word, "= :");
}

static bool is_conninfo_keyword(const char *keyword, size_t length)
{
	static const char *const keywords[] = {
		"application_name",
		"channel_binding",
		"client_encoding",
		"connect_timeout",
		"dbname",
		"fallback_application_name",
		"gssencmode",
		"gsslib",
		"host",
		"hostaddr",
		"keepalives",
		"keepalives_count",
		"keepalives_idle",
		"keepalives_interval",
		"krbsrvname",
		"load_balance_hosts",
		"options",
		"passfile",
		"password",
		"port",
		"replication",
		"require_auth",
		"requirepeer",
		"service",
		"ssl_max_protocol_version",
		"ssl_min_protocol_version",
		"sslcert",
		"sslcertmode",
		"sslcompression",
		"sslcrl",
		"sslcrldir",
		"sslkey",
		"sslmode",
		"sslpassword",
		"sslrootcert",
		"sslsni",
		"target_session_attrs",
		"tcp_user_timeout",
		"user",
	};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++) {
		if (strlen(keywords[i]) == length && strncmp(keywords[i], keyword, length) == 0)
			return true;
	}
	return false;
}

static const char *skip_blanks(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* Behind a conninfo's value: one in quotes or one that ends with a blank; a backslash takes the
 * next character along. NULL when a quote is not closed. */
static const char *value_end(const char *value)
{
	bool quoted = *value == '\'';
	const char *at = value + quoted;

	while (*at && (quoted ? *at != '\'' : !isspace((unsigned char)*at)))
		at += *at == '\\' && at[1] ? 2 : 1;
	if (quoted && !*at)
		return NULL;
	return at + quoted;
}

/* host=… password=…; false when the text is something else, and then `out` is not to be used. */
static bool mask_conninfo(struct buffer *out, const char *text)
{
	const char *at = skip_blanks(text);

	if (!*at)
		return false;
	while (*at) {
		size_t length = strcspn(at, "= \t\r\n\f\v");
		const char *equals = skip_blanks(at + length);

		if (*equals != '=' || !is_conninfo_keyword(at, length))
			return false;
		const char *value = skip_blanks(equals + 1);
		const char *end = value_end(value);
		if (!end)
			return false;
		const char *next = skip_blanks(end);
		bool masked = memmem(at, length, "password", strlen("password"));
		buffer_printf(out, "%.*s=%.*s%s", (int)length, at,
			      masked ? (int)strlen(MASK) : (int)(end - value),
			      masked ? MASK : value, *next ? " " : "");
		at = next;
	}
	return true;
}

/* ?sslmode=…&password=… */
static void mask_query(struct buffer *out, const char *query)
{
	while (*query) {
		size_t length = 1 + strcspn(query + 1, "&");
		size_t name = strcspn(query, "=");
		/* A name with an escape may be any name. */
		bool masked = name < length &&
			      (memmem(query, name, "password", strlen("password")) ||
			       memchr(query, '%', name));

		buffer_add(out, query, masked ? name + 1 : length);
		buffer_add_text(out, masked ? MASK : "");
		query += length;
	}
}

/* postgresql://user:password@host:port/database?query
 * False when an '@' behind the '?' leaves open where the password is. */
static bool mask_uri(struct buffer *out, const char *uri)
{
	const char *user = strstr(uri, "://") + 3;
	const char *colon = user + strcspn(user, ":");
	/* The last one: a password with an '@' that somebody forgot to escape is to be hidden
	 * wholly too. */
	const char *at = strrchr(colon, '@');

	if (at && memchr(uri, '?', (size_t)(at - uri)))
		return false;
	if (at) {
		buffer_add(out, uri, (size_t)(colon + 1 - uri));
		buffer_add_text(out, MASK);
		uri = at;
	}
	size_t length = strcspn(uri, "?");
	buffer_add(out, uri, length);
	mask_query(out, uri + length);
	return true;
}

void option_write_masked(struct buffer *out, const char *text)
{
	size_t before = out->length;
	bool uri = strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0;

	if (!*text || (uri ? mask_uri(out, text) : mask_conninfo(out, text)))
		return;
	out->length = before;
	buffer_add_text(out, MASK);
}

void options_hide_secret(const struct option_group *groups, const char *key, char *value)
{
	struct buffer masked = { 0 };
	struct option_cursor at;
	size_t length = strlen(value), shown;
	const char *below;

	if (!length || !option_find(groups, key, &at, &below) || !at.option->secret)
		return;
	if (!below)
		option_write_masked(&masked, value);
	else if (option_name_is_secret(below))
		buffer_add_text(&masked, MASK);
	if (masked.length) {
		shown = masked.length < length ? masked.length : length;
		explicit_bzero(value, length);
		memcpy(value, masked.bytes, shown);
	}
	buffer_release(&masked);
}
