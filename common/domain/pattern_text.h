/* What people read about a pattern. Made of published numbers only. */
#pragma once

#include "arena.h"
#include "messages.h"
#include "vocabulary.h"

#define PATTERN_NAME_MAX 255 /* of business_growth_patterns.pattern_name */

/* "Revenue growth from $5-10M to $11-20M". Whatever the template and the labels, at most
 * PATTERN_NAME_MAX bytes: what is longer is cut between two characters. */
const char *pattern_name_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
			    struct arena *arena);

/* "Based on 47 contractors who went from $5-10M to $11-20M, most of them within 8 to 21 months.
 * Most common: BuildPro (89%), implemented crm (at least 80%), Traction (62%)." A sub-cohort's:
 * "Based on 47 contractors with a focus on team expansion who went …" */
const char *pattern_description_of(const struct pattern *pattern,
				   const struct vocabulary *vocabulary, struct arena *arena);
