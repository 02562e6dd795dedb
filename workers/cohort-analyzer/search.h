/* Searching the patterns of several transitions at a time. */
#pragma once

#include <stdatomic.h>

#include "err.h"
#include "pattern.h"

/*
 * identify_common_patterns() of each transition, by that many threads, the caller's being one of
 * them: ret_found[i] are the patterns of cohorts->items[i]. They live as long as the arena, are in
 * the same order and the same to the last bit with any number of threads. A transition's spells are
 * released when it is done. false, with ERR_RETRY: *stop was set before all were.
 */
bool search_patterns(struct cohorts *cohorts, int64_t threads, const atomic_bool *stop,
		     struct arena *arena, struct found_patterns *ret_found, struct err *err);
