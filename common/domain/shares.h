/*
 * Shares of those who levelled up that add up to all of them: their stages, and with what they
 * began. What is left of the shares that are told is a share of its own, so they are chosen
 * together; in a sub-cohort so that those outside of it are told of no more (statistics §9; the
 * rules are publish.h's). `whole`: what was counted of the whole cohort, which may be the same.
 */
#pragma once

#include <stdint.h>

#include "arena.h"
#include "cohort.h"
#include "items.h"
#include "levellers.h"
#include "messages.h"

/* The stages at entry that may be told, most first. In the arena. */
void set_stages(struct pattern *pattern, const struct levellers *levellers,
		const struct levellers *whole, int64_t k, struct arena *scratch,
		struct arena *arena);

/* Leaves first_share to those items only that have a grade and whose first shares may be told
 * together. */
void choose_first_shares(struct item_uses *uses, const struct item_uses *whole, int64_t k,
			 struct arena *scratch);

/* With what they began, by category: the items' shares, summed. Of items as choose_first_shares()
 * left them, whose shares are told as well. */
void set_first_categories(struct pattern *pattern, const struct cohorts *cohorts,
			  const struct item_uses *uses, const struct item_uses *whole,
			  struct arena *scratch, struct arena *arena);
