/* What people read about a pattern. Made of published numbers only. */
#pragma once

#include "arena.h"
#include "messages.h"
#include "vocabulary.h"

/* "Revenue growth from $5-10M to $11-20M" */
const char *pattern_name_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
			    struct arena *arena);

/* "Based on 47 contractors who went from $5-10M to $11-20M, most of them within 8 to 21 months.
 * Most common: BuildPro (89%), implemented crm (at least 80%), Traction (62%)." A sub-cohort's:
 * "Based on 47 contractors with a focus on team expansion who went …" */
const char *pattern_description_of(const struct pattern *pattern,
				   const struct vocabulary *vocabulary, struct arena *arena);
