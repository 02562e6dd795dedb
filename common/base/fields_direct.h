/* Internal to base: the two ways of json_decode(). `object` is zeroed. */
#pragma once

#include "fields.h"

/*
 * Decodes a message of the usual form without making a tree of it: only members that the table
 * knows, each once, no escapes in text. True: so would json_decode_tree(), and give the same.
 * False: it has to look, for whatever reason; object and arena may then hold the beginning of a
 * message.
 */
bool json_decode_direct(const char *text, size_t length, const struct json_field *fields,
			void *object, struct arena *arena);
/* Decodes any message; the error says what is wrong with it. */
bool json_decode_tree(const char *text, size_t length, const struct json_field *fields,
		      void *object, struct arena *arena, struct err *err);
