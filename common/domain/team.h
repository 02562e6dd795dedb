/* Team sizes: people, or a band of people. */
#pragma once

#include "arena.h"
#include "values.h"

/*
 * A team size as a number of people (> 0), by which two are compared on a log scale (statistics
 * §7): a number as it is, the band "11_50" or "11-50" as its geometric mean sqrt(11·50), "201_plus"
 * or "201+" as 201, "12" as 12. Absent, not positive or not understood: absent.
 */
struct optional_number team_people(const struct int_or_text *team_size);
/* For people: "10", "11-50", "201+"; text that is not understood as it is. NULL when absent. */
const char *team_text(const struct int_or_text *team_size, struct arena *arena);
