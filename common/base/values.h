/* Small value types that tables of fields, options and columns can describe. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An instant: microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t utc_us;

/* Optional members carry their presence, so absent stays absent both ways. Optional text is
 * NULL. */
struct optional_int {
	int64_t value;
	bool present;
};

struct optional_number {
	double value;
	bool present;
};

struct optional_time {
	utc_us value;
	bool present;
};

struct optional_bool {
	bool value;
	bool present;
};

struct uuid {
	unsigned char bytes[16];
};

/* People, or a band of people as text such as "11_50". */
struct int_or_text {
	int64_t number;   /* when text is NULL */
	const char *text; /* NULL when it is a number */
	bool present;
};

struct bytes {
	const void *data; /* NULL is SQL's and Kafka's null; an empty value has data and length 0 */
	size_t length;
};

/* An array with its length; items is NULL when the member is absent. Not owned. */
#define LIST_OF(type) \
	struct { \
		type *items; \
		size_t count; \
	}

struct texts {
	const char **items;
	size_t count;
};

static inline bool texts_hold(const struct texts *texts, const char *wanted)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], wanted) == 0)
			return true;
	return false;
}

/* What every LIST_OF() looks like to code that does not know its type. */
struct any_list {
	void *items;
	size_t count;
};

/* An ordered vocabulary: names with what people are shown. */
struct label {
	const char *name;
	const char *label;
};

struct labels {
	const struct label *items;
	size_t count;
};
