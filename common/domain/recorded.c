#include "recorded.h"

#include "buffer.h"

static const struct json_field list_fields[] = {
	{ FIELD_NAMED("items"), .kind = FIELD_KIND_TEXTS, .presence = OPTIONAL, .offset = 0 },
	FIELD_END,
};

bool focus_areas_read(const char *text, struct texts *ret_areas, struct arena *arena,
		      struct err *err)
{
	const char *object;

	*ret_areas = (struct texts){ .items = NULL };
	if (!text)
		return true;
	object = arena_printf(arena, "{\"items\":%s}", text);
	return json_decode(object, strlen(object), list_fields, ret_areas, sizeof(*ret_areas),
			   arena, err);
}

const char *focus_areas_text(const struct texts *areas, struct arena *arena)
{
	struct buffer text = { .bytes = NULL };
	const char *copy;

	if (!areas->items)
		return NULL;
	buffer_add_char(&text, '[');
	for (size_t i = 0; i < areas->count; i++) {
		if (i > 0)
			buffer_add_char(&text, ',');
		json_write_text(&text, areas->items[i], strlen(areas->items[i]));
	}
	buffer_add_char(&text, ']');
	copy = arena_strndup(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

bool observation_of_row(const struct history_row *row, const struct vocabulary *vocabulary,
			struct arena *arena, struct observation *ret_observation, struct err *err)
{
	*ret_observation = (struct observation){
		.time = row->occurred_at,
		.event_id = row->event_id,
		.tier_rank = vocabulary_tier_rank(vocabulary, row->revenue_tier),
		.team_size = {
			.number = row->team_size.value,
			.text = row->team_band,
			.present = row->team_size.present || row->team_band,
		},
		.stage = row->current_stage,
		.annual_revenue = row->annual_revenue,
		.tier_since = row->tier_since,
		.status = (enum contractor_status)name_index(contractor_status_names, row->status),
		.heard_until = row->heard_until.value,
	};
	return focus_areas_read(row->focus_areas, &ret_observation->focus_areas, arena, err);
}

struct action action_of_row(const struct history_row *row)
{
	return (struct action){
		.time = row->occurred_at,
		.event_id = row->event_id,
		.kind = (enum action_kind)name_index(action_kind_names, row->kind),
		.item = row->item,
		.name = row->name,
		.satisfaction = row->satisfaction,
	};
}

struct outcome_recorded outcome_of_vote(const struct recorded_vote *vote)
{
	return (struct outcome_recorded){
		.pattern_key = vote->pattern_key,
		.voter = vote->voter,
		.outcome = (enum goal_outcome)name_index(outcome_recorded_outcome_names,
							 vote->outcome),
		.goal_created_at = vote->goal_created_at,
		.occurred_at = vote->occurred_at,
		.satisfaction = vote->satisfaction,
		.revenue_impact =
			(enum revenue_impact)name_index(revenue_impact_names, vote->revenue_impact),
	};
}
