/* What patterns' outcomes came to at the last recalculation. */
#pragma once

#include "decide.h"
#include "worker.h"

/* Of all patterns, by pattern key; in the arena. */
bool standings_load(struct db *db, struct arena *arena, struct known_standings *ret_standings,
		    struct err *err);
/* Those of the recalculation. */
bool standings_save(struct context *ctx, const struct recalculation *recalculation,
		    struct err *err);

extern const struct statement *const standing_statements[]; /* ends with NULL */
