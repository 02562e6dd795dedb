#include "json_write.h"

#include <string.h>

#include "fields.h"

void json_write_member(struct buffer *out, const char *name)
{
	char last = out->length ? out->bytes[out->length - 1] : '{';

	if (last != '{' && last != '[')
		buffer_add_char(out, ',');
	json_write_text(out, name, strlen(name));
	buffer_add_char(out, ':');
}

void json_write_member_text(struct buffer *out, const char *name, const char *text)
{
	json_write_member(out, name);
	if (text)
		json_write_text(out, text, strlen(text));
	else
		buffer_add_text(out, "null");
}

void json_write_member_int(struct buffer *out, const char *name, long long number)
{
	json_write_member(out, name);
	buffer_printf(out, "%lld", number);
}

void json_write_member_number(struct buffer *out, const char *name, double number)
{
	json_write_member(out, name);
	json_write_number(out, number);
}

void json_write_member_bool(struct buffer *out, const char *name, bool value)
{
	json_write_member(out, name);
	buffer_add_text(out, value ? "true" : "false");
}
