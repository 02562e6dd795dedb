/*
 * The words that SQL says: sentences and the tier ladder go from the configuration into the tables
 * of schemas/sql/0013_reading.sql, where the read functions take them from.
 */
#pragma once

#include <stdbool.h>

#include "arena.h"
#include "db.h"
#include "err.h"
#include "vocabulary.h"

/* Makes the tables say what the vocabulary says, in one transaction. *ret_changed: how many of the
 * sentences and tiers were not there, were different, or are no longer wanted. */
bool reading_words_save(struct db *db, const struct vocabulary *vocabulary, struct arena *arena,
			int64_t *ret_changed, struct err *err);
