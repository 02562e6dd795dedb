/* Internal to base: members that carry their presence, the struct optional_… of values.h. */
#pragma once

#include <assert.h>

#include "fields.h"

/* What reads and writes a plain member does the same for the value of one that carries presence. */
static_assert(offsetof(struct optional_time, value) == 0, "the value comes first");
static_assert(offsetof(struct optional_int, value) == 0, "the value comes first");
static_assert(offsetof(struct optional_number, value) == 0, "the value comes first");
static_assert(offsetof(struct optional_bool, value) == 0, "the value comes first");

static inline size_t presence_offset(enum field_kind kind)
{
	switch (kind) {
	case FIELD_KIND_TIME:
		return offsetof(struct optional_time, present);
	case FIELD_KIND_INT:
		return offsetof(struct optional_int, present);
	case FIELD_KIND_NUMBER:
		return offsetof(struct optional_number, present);
	default:
		assert(kind == FIELD_KIND_BOOL);
		return offsetof(struct optional_bool, present);
	}
}
