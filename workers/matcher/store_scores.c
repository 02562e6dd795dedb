/* Partner scores, and what was last recommended: lists as JSON, which Postgres returns spaced and
 * ordered its own way. */
#include "store_rows.h"

#include "matcher_core_sql.h"

struct scores_row {
	int64_t contractor_id;
	utc_us occurred_at;
	const char *event_id, *partners, *recommended;
};

static const struct pg_column scores_columns[] = {
	PG_INT4(struct scores_row, contractor_id), PG_TIME(struct scores_row, occurred_at),
	PG_TEXT(struct scores_row, event_id),      PG_JSONB(struct scores_row, partners),
	PG_JSONB(struct scores_row, recommended),  PG_END,
};

const struct statement matcher_select_scores = {
	.name = "matcher_load_scores",
	.sql = SQL_LOAD_SCORES,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
	.results = scores_columns,
	.result_size = sizeof(struct scores_row),
};

const struct statement matcher_insert_scores = {
	.name = "matcher_insert_scores",
	.sql = SQL_INSERT_SCORES,
	.parameters = scores_columns,
	.parameter_size = sizeof(struct scores_row),
};

const struct statement matcher_update_scores = {
	.name = "matcher_update_scores",
	.sql = SQL_UPDATE_SCORES,
	.parameters = scores_columns,
	.parameter_size = sizeof(struct scores_row),
};

const struct statement matcher_erase_scores = {
	.name = "matcher_erase_scores",
	.sql = SQL_ERASE_SCORES,
	.parameters = matcher_id_columns,
	.parameter_size = sizeof(int64_t),
};

static int by_contractor(const void *a, const void *b)
{
	const int64_t *x = a, *y = b; /* a struct partner_scores starts with the contractor's id */

	return (*x > *y) - (*x < *y);
}

struct partner_scores *matcher_find_scores(const struct scores *scores, int64_t contractor_id)
{
	return bsearch(&contractor_id, scores->items, scores->count, sizeof(*scores->items),
		       by_contractor);
}

static bool read_lists(struct arena *arena, const struct scores_row *row,
		       struct partner_scores *scores, struct err *err)
{
	struct any_list partners, recommended;

	if (!json_decode_list(row->partners, strlen(row->partners), scored_partner_fields,
			      sizeof(struct scored_partner), arena, &partners, err))
		return false;
	scores->partners = partners.items;
	scores->partners_count = partners.count;
	if (!row->recommended)
		return true;
	if (!json_decode_list(row->recommended, strlen(row->recommended),
			      recommended_partner_fields, sizeof(struct recommended_partner), arena,
			      &recommended, err))
		return false;
	scores->recommended = matcher_recommended_text(recommended.items, recommended.count, arena);
	return true;
}

static bool read_row(struct arena *arena, const struct scores_row *row,
		     struct partner_scores *scores, struct err *err)
{
	scores->known = true;
	scores->stored = true;
	scores->occurred_at = row->occurred_at;
	scores->event_id = row->event_id;
	if (read_lists(arena, row, scores, err))
		return true;
	err->kind = ERR_FATAL; /* the table is at fault, no message is */
	return err_wrap(err, "partner_scores of contractor %lld", (long long)row->contractor_id);
}

bool matcher_ask_scores(struct context *ctx, const int64_t *ids, size_t count,
			struct scores *ret_scores, struct err *err)
{
	int64_t *wanted = matcher_unique_ids(ctx->arena, ids, count, &ret_scores->count);

	ret_scores->items = arena_array(ctx->arena, struct partner_scores, ret_scores->count);
	for (size_t i = 0; i < ret_scores->count; i++)
		ret_scores->items[i].contractor_id = wanted[i];
	return db_ask(ctx->db, &matcher_select_scores, wanted, ret_scores->count, ctx->arena,
		      &ret_scores->answer, err);
}

bool matcher_take_scores(struct context *ctx, struct scores *scores, struct err *err)
{
	const struct scores_row *rows;

	if (!db_take(&scores->answer, err))
		return false;
	rows = scores->answer.rows;
	for (size_t i = 0; i < scores->answer.count; i++) {
		if (!read_row(ctx->arena, &rows[i],
			      matcher_find_scores(scores, rows[i].contractor_id), err))
			return false;
	}
	return true;
}

bool matcher_save_scores(struct context *ctx, const struct scores *scores, struct err *err)
{
	struct scores_row *fresh = arena_array(ctx->arena, struct scores_row, scores->count);
	struct scores_row *changed = arena_array(ctx->arena, struct scores_row, scores->count);
	size_t fresh_count = 0, changed_count = 0;

	for (size_t i = 0; i < scores->count; i++) {
		const struct partner_scores *each = &scores->items[i];
		struct scores_row row = {
			.contractor_id = each->contractor_id,
			.occurred_at = each->occurred_at,
			.event_id = each->event_id,
			.recommended = each->recommended,
		};

		if (!each->changed)
			continue;
		row.partners =
			matcher_scored_text(each->partners, each->partners_count, ctx->arena);
		if (each->stored)
			changed[changed_count++] = row;
		else
			fresh[fresh_count++] = row;
	}
	return db_post(ctx->db, &matcher_insert_scores, fresh, fresh_count, err) &&
	       db_post(ctx->db, &matcher_update_scores, changed, changed_count, err);
}
