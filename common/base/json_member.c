#include "json_member.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* at: its opening quote. Behind the closing one. */
static const char *skip_text(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at < end ? at + 1 : end;
}

/* Behind the value: at the comma or brace that follows it, or at a blank before that. */
static const char *skip_value(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = skip_text(at, end);
			continue;
		}
		if (depth == 0 && (*at == ',' || *at == '}' || is_blank(*at)))
			return at;
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		at++;
	}
	return end;
}

bool json_member(const char *text, size_t length, const char *name, const char **ret_value,
		 size_t *ret_length)
{
	const char *end = text + length, *at = skip_blanks(text, end);

	if (at == end || *at != '{')
		return false;
	for (at = skip_blanks(at + 1, end); at < end && *at == '"'; at = skip_blanks(at + 1, end)) {
		const char *key = at + 1;
		bool found;

		at = skip_text(at, end);
		found = (size_t)(at - 1 - key) == strlen(name) &&
			memcmp(key, name, strlen(name)) == 0;
		at = skip_blanks(skip_blanks(at, end) + 1, end); /* the colon */
		key = at;
		at = skip_value(at, end);
		if (found) {
			*ret_value = key;
			*ret_length = (size_t)(at - key);
			return true;
		}
		at = skip_blanks(at, end); /* a comma, or the end */
	}
	return false;
}
