/* The pseudonyms of erased contractors, so that a vote of theirs which is read after the erasure is
 * known as one. */
#pragma once

#include "decide.h"
#include "store.h"

/* Of contractors whom this batch erases. */
bool erased_add(struct context *ctx, const int64_t *contractors, size_t count, struct err *err);
/* Before votes are saved: those who are erased get their pseudonyms for the patterns on which
 * nobody had voted. */
bool erased_prepare(struct context *ctx, const struct vote *votes, size_t count, struct err *err);

/* NULL-terminated, for the test that prepares every statement. */
extern const struct statement *const erased_statements[];
