/* Data on stdout, for programs: members of a JSON object, one after the other. */
#pragma once

#include <stdbool.h>

#include "buffer.h"

/* "a":"text", with a comma in front unless it is the first of its object; text NULL: null. */
void json_write_member_text(struct buffer *out, const char *name, const char *text);
void json_write_member_int(struct buffer *out, const char *name, long long number);
void json_write_member_number(struct buffer *out, const char *name, double number);
void json_write_member_bool(struct buffer *out, const char *name, bool value);
/* "a": alone, for what is written next. */
void json_write_member(struct buffer *out, const char *name);
