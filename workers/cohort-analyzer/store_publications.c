#include <endian.h>

#include "store_publications.h"

#include "cohort_analyzer_core_sql.h"

struct publication_row {
	const char *pattern_key;
	struct bytes levellers, others, outside_levellers, outside_others, voters;
	struct optional_time erased_since;
};

static const struct pg_column publication_columns[] = {
	PG_TEXT(struct publication_row, pattern_key),
	PG_BYTEA(struct publication_row, levellers),
	PG_BYTEA(struct publication_row, others),
	PG_BYTEA(struct publication_row, outside_levellers),
	PG_BYTEA(struct publication_row, outside_others),
	PG_BYTEA(struct publication_row, voters),
	PG_TIME(struct publication_row, erased_since),
	PG_END,
};

static const struct statement load_publications = {
	.name = "load_publications",
	.sql = SQL_LOAD_PUBLICATIONS,
	.results = publication_columns,
	.result_size = sizeof(struct publication_row),
};

static const struct statement save_publications = {
	.name = "save_publications",
	.sql = SQL_SAVE_PUBLICATIONS,
	.parameters = publication_columns,
	.parameter_size = sizeof(struct publication_row),
};

const struct statement *const publication_statements[] = { &load_publications, &save_publications,
							   NULL };

static struct fingerprints fingerprints_read(const struct bytes *bytes, struct arena *arena)
{
	size_t count = bytes->length / sizeof(uint64_t);
	uint64_t *items = arena_array(arena, uint64_t, count);

	if (count > 0)
		memcpy(items, bytes->data, count * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = be64toh(items[i]);
	return (struct fingerprints){ items, count };
}

static struct bytes fingerprints_bytes(const struct fingerprints *fingerprints, struct arena *arena)
{
	uint64_t *items = arena_array(arena, uint64_t, fingerprints->count);

	for (size_t i = 0; i < fingerprints->count; i++)
		items[i] = htobe64(fingerprints->items[i]);
	return (struct bytes){ items, fingerprints->count * sizeof(*items) };
}

bool publications_load(struct db *db, struct arena *arena,
		       const struct publication **ret_publications, size_t *ret_count,
		       struct err *err)
{
	struct publication_row *rows;
	struct publication *publications;
	size_t count;

	if (!db_run(db, &load_publications, NULL, 0, arena, &rows, &count, err))
		return false;
	publications = arena_array(arena, struct publication, count);
	for (size_t i = 0; i < count; i++) {
		const struct publication_row *row = &rows[i];

		publications[i] = (struct publication){
			.pattern_key = row->pattern_key,
			.inside = { fingerprints_read(&row->levellers, arena),
				    fingerprints_read(&row->others, arena) },
			.outside = { fingerprints_read(&row->outside_levellers, arena),
				     fingerprints_read(&row->outside_others, arena) },
			.voters = fingerprints_read(&row->voters, arena),
			.erased_since = row->erased_since,
		};
	}
	*ret_publications = publications;
	*ret_count = count;
	return true;
}

bool publications_save(struct context *ctx, const struct recalculation *recalculation,
		       struct err *err)
{
	size_t count = recalculation->publications_count;
	struct publication_row *rows = arena_array(ctx->arena, struct publication_row, count);

	for (size_t i = 0; i < count; i++) {
		const struct publication *publication = &recalculation->publications[i];

		rows[i] = (struct publication_row){
			.pattern_key = publication->pattern_key,
			.levellers = fingerprints_bytes(&publication->inside.levellers, ctx->arena),
			.others = fingerprints_bytes(&publication->inside.others, ctx->arena),
			.outside_levellers =
				fingerprints_bytes(&publication->outside.levellers, ctx->arena),
			.outside_others =
				fingerprints_bytes(&publication->outside.others, ctx->arena),
			.voters = fingerprints_bytes(&publication->voters, ctx->arena),
			.erased_since = publication->erased_since,
		};
	}
	return db_execute(ctx->db, &save_publications, rows, count, err);
}
