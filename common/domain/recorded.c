#include "recorded.h"

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
