#include "reading_words.h"

#include "decide_reading_words.h"
#include "growthctl_core_sql.h"

struct tier_row {
	const char *name, *label;
	int64_t rank;
};

struct changed_row {
	int64_t changed;
};

static const struct pg_column text_columns[] = { PG_TEXT(struct reading_text, key),
						 PG_TEXT(struct reading_text, template), PG_END };
static const struct pg_column tier_columns[] = { PG_TEXT(struct tier_row, name),
						 PG_TEXT(struct tier_row, label),
						 PG_INT4(struct tier_row, rank), PG_END };
static const struct pg_column changed_columns[] = { PG_INT8(struct changed_row, changed), PG_END };

static const struct statement save_words = {
	.name = "reading_words_save",
	.sql = SQL_READING_WORDS_SAVE,
	.parameters = text_columns,
	.parameter_size = sizeof(struct reading_text),
	.results = changed_columns,
	.result_size = sizeof(struct changed_row),
};
static const struct statement save_tiers = {
	.name = "reading_tiers_save",
	.sql = SQL_READING_TIERS_SAVE,
	.parameters = tier_columns,
	.parameter_size = sizeof(struct tier_row),
	.results = changed_columns,
	.result_size = sizeof(struct changed_row),
};

static bool save(struct db *db, const struct statement *statement, const void *rows, size_t count,
		 struct arena *arena, int64_t *changed, struct err *err)
{
	struct changed_row *result;
	size_t results;

	if (!db_run(db, statement, rows, count, arena, &result, &results, err))
		return false;
	for (size_t i = 0; i < results; i++)
		*changed += result[i].changed;
	return true;
}

static struct tier_row *ladder_of(const struct labels *tiers, struct arena *arena)
{
	struct tier_row *rows = arena_array(arena, struct tier_row, tiers->count);

	for (size_t i = 0; i < tiers->count; i++)
		rows[i] = (struct tier_row){
			.name = tiers->items[i].name,
			.label = label_of(tiers, tiers->items[i].name),
			.rank = (int64_t)i,
		};
	return rows;
}

bool reading_words_save(struct db *db, const struct vocabulary *vocabulary, struct arena *arena,
			int64_t *ret_changed, struct err *err)
{
	size_t count;
	const struct reading_text *texts = reading_texts(&vocabulary->wording, &count, arena);
	const struct tier_row *ladder = ladder_of(&vocabulary->tiers, arena);
	int64_t changed = 0;

	if (!db_begin(db, err) || !save(db, &save_words, texts, count, arena, &changed, err) ||
	    !save(db, &save_tiers, ladder, vocabulary->tiers.count, arena, &changed, err) ||
	    !db_commit(db, err)) {
		db_rollback(db);
		return err_wrap(err, "texts and tiers");
	}
	*ret_changed = changed;
	return true;
}
