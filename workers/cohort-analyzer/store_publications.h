/* Whose numbers the published patterns have. */
#pragma once

#include "decide.h"
#include "worker.h"

/* Of all patterns, by pattern key; in the arena. */
bool publications_load(struct db *db, struct arena *arena,
		       const struct publication **ret_publications, size_t *ret_count,
		       struct err *err);
/* Those of the recalculation that changed. */
bool publications_save(struct context *ctx, const struct recalculation *recalculation,
		       struct err *err);

extern const struct statement *const publication_statements[]; /* ends with NULL */
