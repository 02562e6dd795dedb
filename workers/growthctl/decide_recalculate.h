/* What `growthctl recalculate` asks for. Pure. */
#pragma once

#include "arena.h"
#include "err.h"
#include "values.h"
#include "vocabulary.h"

/* The parts of a pattern's key, "0_5_million>5_10_million/revenue_growth"; type NULL: it has
 * none. */
struct key_parts {
	const char *from, *to, *type;
};

/* False: it is not of that form. */
bool pattern_key_parts(const char *key, struct arena *arena, struct key_parts *ret_name);

/*
 * The key of a request for `wanted`, a pattern's key or a transition FROM>TO, whose tiers follow
 * each other in the vocabulary. ERR_POISON says what would be right.
 */
bool recalculation_key(const char *wanted, const struct vocabulary *vocabulary, struct arena *arena,
		       const char **ret_key, struct err *err);

/* The request as a line for emit. key NULL: all patterns. */
const char *recalculation_line(const char *id, const char *key, utc_us as_of, struct arena *arena);
