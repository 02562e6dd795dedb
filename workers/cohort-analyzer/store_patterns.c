/* Patterns, and the requests to calculate them anew. */
#include <math.h>

#include "buffer.h"
#include "rows.h"
#include "store.h"

bool request_find(struct db *db, struct arena *arena, struct request **ret_request, struct err *err)
{
	struct request_row *rows;
	size_t count;

	*ret_request = NULL;
	if (!db_run(db, &analyzer_statements.find_request, NULL, 0, arena, &rows, &count, err))
		return false;
	if (count > 0) {
		*ret_request = arena_new(arena, struct request);
		(*ret_request)->event_id = rows->event_id;
		(*ret_request)->pattern_key = rows->pattern_key;
		(*ret_request)->as_of = rows->as_of;
	}
	return true;
}

bool request_finish(struct context *ctx, const struct request *request, const char *inputs,
		    const char *outcome, bool *ret_first, struct err *err)
{
	struct finished_row row = { .event_id = request->event_id,
				    .inputs = inputs,
				    .outcome = outcome },
			    *done;
	size_t count;

	if (!db_run(ctx->db, &analyzer_statements.finish_request, &row, 1, ctx->arena, &done,
		    &count, err))
		return false;
	*ret_first = count > 0;
	return true;
}

static const struct json_field position_fields[] = {
	FIELD_TEXT(struct position_row, topic, "topic", REQUIRED),
	FIELD_INT(struct position_row, partition, "partition", REQUIRED, 0, 0),
	FIELD_INT(struct position_row, next_offset, "next_offset", REQUIRED, 0, 0),
	FIELD_END,
};

static const char *list_text(const struct json_field *fields, size_t item_size,
			     const struct any_list *list, struct arena *arena)
{
	struct buffer text = { .bytes = NULL };
	const char *copy;

	json_encode_list(fields, item_size, list, &text);
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

bool positions_load(struct db *db, struct arena *arena, const char **ret_inputs, struct err *err)
{
	struct position_row *rows;
	struct any_list list;

	if (!db_run(db, &analyzer_statements.load_positions, NULL, 0, arena, &rows, &list.count,
		    err))
		return false;
	list.items = rows;
	*ret_inputs = list_text(position_fields, sizeof(*rows), &list, arena);
	return true;
}

bool patterns_load(struct db *db, struct arena *arena, struct pattern ***ret_patterns,
		   size_t *ret_count, struct err *err)
{
	struct content_row *rows;
	struct pattern **patterns;
	size_t count;

	if (!db_run(db, &analyzer_statements.load_patterns, NULL, 0, arena, &rows, &count, err))
		return false;
	patterns = arena_array(arena, struct pattern *, count);
	for (size_t i = 0; i < count; i++) {
		patterns[i] = arena_new(arena, struct pattern);
		if (!json_decode(rows[i].content, strlen(rows[i].content), pattern_fields,
				 patterns[i], sizeof(*patterns[i]), arena, err))
			return err_wrap(err, "stored pattern");
	}
	*ret_patterns = patterns;
	*ret_count = count;
	return true;
}

static const char *items_text(const pattern_items *items, struct arena *arena)
{
	struct any_list list = { .items = items->items, .count = items->count };

	return list_text(pattern_item_fields, sizeof(*items->items), &list, arena);
}

static const char *stages_text(const struct pattern *pattern, struct arena *arena)
{
	struct any_list list = { .items = pattern->stages.items, .count = pattern->stages.count };

	return list_text(stage_share_fields, sizeof(*pattern->stages.items), &list, arena);
}

static struct pattern_row row_of(const struct pattern *pattern, const char *inputs,
				 const char *cause, struct arena *arena)
{
	return (struct pattern_row){
		.pattern_key = pattern->pattern_key,
		.version = pattern->version,
		.status = pattern_status_names[pattern->status],
		.status_reason = pattern->status_reason,
		.as_of = pattern->as_of,
		.from_revenue_tier = pattern->from_revenue_tier,
		.to_revenue_tier = pattern->to_revenue_tier,
		.pattern_name = pattern->pattern_name,
		.pattern_description = pattern->pattern_description,
		.pattern_type = pattern->pattern_type,
		.common_focus_areas = items_text(&pattern->common_focus_areas, arena),
		.common_partners = items_text(&pattern->common_partners, arena),
		.common_milestones = items_text(&pattern->common_milestones, arena),
		.common_books = items_text(&pattern->common_books, arena),
		.common_podcasts = items_text(&pattern->common_podcasts, arena),
		.common_events = items_text(&pattern->common_events, arena),
		.avg_months = pattern->avg_time_to_level_up_months,
		.median_months = pattern->median_time_to_level_up_months,
		.fastest_months = pattern->fastest_time_months,
		.timeline = json_encode_text(timeline_fields, &pattern->timeline, arena),
		.success_indicators = json_encode_text(success_indicators_fields,
						       &pattern->success_indicators, arena),
		.sample_size = pattern->sample_size,
		.confidence = pattern->confidence_score,
		.confidence_score = floor(pattern->confidence_score * 100 + 0.5) / 100,
		.expected_success = pattern->expected_success,
		.consistency = pattern->consistency,
		.outcome_voters = pattern->outcome_voters,
		.team_median = pattern->team_median,
		.stages = stages_text(pattern, arena),
		.inputs = inputs,
		.at_risk = pattern->at_risk,
		.held_out = json_encode_text(held_out_test_fields, &pattern->held_out, arena),
		.shape_version = { pattern->shape_version, pattern->shape_version > 0 },
		.confidence_as_of = pattern->confidence_as_of.present
					    ? pattern->confidence_as_of.value
					    : pattern->as_of,
		.cause = cause,
	};
}

bool patterns_save(struct context *ctx, const struct recalculation *recalculation,
		   const char *inputs, utc_us as_of, struct err *err)
{
	struct pattern_row *rows =
		arena_array(ctx->arena, struct pattern_row, recalculation->changes_count);
	struct pattern_key_row *looked =
		arena_array(ctx->arena, struct pattern_key_row, recalculation->unchanged_count);

	for (size_t i = 0; i < recalculation->changes_count; i++)
		rows[i] = row_of(&recalculation->changes[i].pattern, inputs,
				 recalculation->changes[i].cause, ctx->arena);
	for (size_t i = 0; i < recalculation->unchanged_count; i++)
		looked[i] = (struct pattern_key_row){ recalculation->unchanged[i], as_of };
	return db_execute(ctx->db, &analyzer_statements.save_patterns, rows,
			  recalculation->changes_count, err) &&
	       db_execute(ctx->db, &analyzer_statements.add_confidence_history, rows,
			  recalculation->changes_count, err) &&
	       db_execute(ctx->db, &analyzer_statements.touch_patterns, looked,
			  recalculation->unchanged_count, err);
}

bool patterns_save_confidence(struct context *ctx, const struct pattern *const *patterns,
			      size_t count, struct err *err)
{
	struct pattern_row *rows = arena_array(ctx->arena, struct pattern_row, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = row_of(patterns[i], NULL, "outcomes", ctx->arena);
	return db_execute(ctx->db, &analyzer_statements.save_confidence, rows, count, err) &&
	       db_execute(ctx->db, &analyzer_statements.add_confidence_history, rows, count, err);
}
