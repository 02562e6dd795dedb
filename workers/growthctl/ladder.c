#include "ladder.h"

#include "growthctl_core_sql.h"

static const struct pg_column columns[] = {
	PG_TEXT(struct ladder_transition, from_tier),   PG_TEXT(struct ladder_transition, to_tier),
	PG_TEXT(struct ladder_transition, result),      PG_INT8(struct ladder_transition, at_risk),
	PG_INT8(struct ladder_transition, levelled_up), PG_TIME(struct ladder_transition, as_of),
	PG_INT8(struct ladder_transition, version),     PG_END,
};

static const struct statement read_ladder = {
	.name = "ladder",
	.sql = SQL_LADDER,
	.results = columns,
	.result_size = sizeof(struct ladder_transition),
};

static void fill_in(struct ladder_transition *transition, const struct ladder_transition *rows,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].from_tier, transition->from_tier) == 0 &&
		    strcmp(rows[i].to_tier, transition->to_tier) == 0)
			*transition = rows[i];
}

bool ladder_read(const struct ctl *ctl, struct db *db, struct arena *arena,
		 struct ladder *ret_ladder, struct err *err)
{
	const struct labels *tiers = &ctl->config.vocabulary.tiers;
	struct ladder ladder = { .count = tiers->count > 0 ? tiers->count - 1 : 0 };
	struct ladder_transition *rows;
	size_t count;

	if (!db_run(db, &read_ladder, NULL, 0, arena, &rows, &count, err))
		return false;
	ladder.items = arena_array(arena, struct ladder_transition, ladder.count);
	for (size_t i = 0; i < ladder.count; i++) {
		ladder.items[i] = (struct ladder_transition){
			.from_tier = tiers->items[i].name,
			.to_tier = tiers->items[i + 1].name,
			.result = "not calculated yet",
		};
		fill_in(&ladder.items[i], rows, count);
	}
	*ret_ladder = ladder;
	return true;
}
