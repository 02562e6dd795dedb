/* What is true of the simulated world, a line a fact. */
#include "decide_simulate_world.h"
#include "decide_simulate.h"

enum truth_role {
	TRUTH_NONE,
	TRUTH_EFFECTIVE,
	TRUTH_HARMFUL,
	TRUTH_USELESS,
	TRUTH_COMPANION,
	TRUTH_CONSEQUENCE
};

static const char *const role_names[] = {
	NULL, "effective", "harmful", "useless", "companion", "consequence", NULL,
};

struct item_truth {
	const char *from_tier, *to_tier;
	enum action_kind kind;
	const char *item, *name;
	enum truth_role role;
	double effect;     /* 0.55: the chance to grow is 1.55 times what it was */
	double popularity; /* share of what one comes upon, or of what follows from growth */
};

static const struct json_field item_truth_fields[] = {
	FIELD_TEXT(struct item_truth, from_tier, "from_tier", REQUIRED),
	FIELD_TEXT(struct item_truth, to_tier, "to_tier", REQUIRED),
	FIELD_ENUM(struct item_truth, kind, "kind", REQUIRED, action_kind_names),
	FIELD_TEXT(struct item_truth, item, "item", REQUIRED),
	FIELD_TEXT(struct item_truth, name, "name", OPTIONAL),
	FIELD_ENUM(struct item_truth, role, "role", REQUIRED, role_names),
	FIELD_NUMBER(struct item_truth, effect, "effect", REQUIRED, -1, 10),
	FIELD_NUMBER(struct item_truth, popularity, "popularity", REQUIRED, 0, 1),
	FIELD_END,
};

struct goal_truth {
	const char *from_tier, *to_tier;
	const char *goal_type;
	double success; /* share of the goals that are completed */
};

static const struct json_field goal_truth_fields[] = {
	FIELD_TEXT(struct goal_truth, from_tier, "from_tier", REQUIRED),
	FIELD_TEXT(struct goal_truth, to_tier, "to_tier", REQUIRED),
	FIELD_TEXT(struct goal_truth, goal_type, "goal_type", REQUIRED),
	FIELD_NUMBER(struct goal_truth, success, "success", REQUIRED, 0, 1),
	FIELD_END,
};

static enum truth_role role_of(int effect, enum world_link link)
{
	return link == WORLD_CONSEQUENCE ? TRUTH_CONSEQUENCE
	       : effect > 0              ? TRUTH_EFFECTIVE
	       : effect < 0              ? TRUTH_HARMFUL
	       : link == WORLD_COMPANION ? TRUTH_COMPANION
					 : TRUTH_USELESS;
}

static double share(double part, double whole)
{
	return (int)(part / whole * 10000 + 0.5) / 10000.0;
}

static void write_line(const struct json_field *fields, const void *truth, struct buffer *out)
{
	json_encode(fields, truth, out);
	buffer_add_text(out, "\n");
}

static void write_items(const struct labels *tiers, int tier, struct buffer *out)
{
	int column = world_column(tier);
	double sum[2] = { 0 }; /* of what is chosen, and of consequences */

	for (int i = 0; i < world_items_count; i++)
		sum[world_items[i].link == WORLD_CONSEQUENCE] += world_items[i].popularity[column];
	for (int i = 0; i < world_items_count; i++) {
		const struct world_item *item = &world_items[i];
		struct item_truth truth = {
			.from_tier = tiers->items[tier].name,
			.to_tier = tiers->items[tier + 1].name,
			.kind = item->kind,
			.item = item->item,
			.name = item->name,
			.role = role_of(item->effect[column], item->link),
			.effect = item->effect[column] / 100.0,
			.popularity = share(item->popularity[column],
					    sum[item->link == WORLD_CONSEQUENCE]),
		};

		write_line(item_truth_fields, &truth, out);
	}
}

static void write_focus_areas(const struct vocabulary *vocabulary, int tier, struct buffer *out)
{
	const struct labels *areas = &vocabulary->focus_areas;
	int column = world_column(tier);
	double sum = 0;

	for (size_t i = 0; i < areas->count && i < SIMULATION_FOCUS_AREAS_MAX; i++)
		sum += world_focus_area(areas->items[i].name)->popularity[column];
	for (size_t i = 0; i < areas->count && i < SIMULATION_FOCUS_AREAS_MAX; i++) {
		const struct world_focus_area *area = world_focus_area(areas->items[i].name);
		struct item_truth truth = {
			.from_tier = vocabulary->tiers.items[tier].name,
			.to_tier = vocabulary->tiers.items[tier + 1].name,
			.kind = ACTION_FOCUS_AREA,
			.item = areas->items[i].name,
			.name = areas->items[i].label,
			.role = role_of(area->effect[column], WORLD_CHOSEN),
			.effect = area->effect[column] / 100.0,
			.popularity = share(area->popularity[column], sum),
		};

		write_line(item_truth_fields, &truth, out);
	}
}

void simulate_truth(const struct vocabulary *vocabulary, struct buffer *out)
{
	const struct labels *tiers = &vocabulary->tiers;

	for (int tier = 0; tier + 1 < (int)tiers->count && tier + 1 < SIMULATION_TIERS_MAX;
	     tier++) {
		write_items(tiers, tier, out);
		write_focus_areas(vocabulary, tier, out);
		for (int type = 0; type < world_goals_count; type++) {
			struct goal_truth truth = {
				.from_tier = tiers->items[tier].name,
				.to_tier = tiers->items[tier + 1].name,
				.goal_type = world_goals[type].goal_type,
				.success = world_goal_success(tier, type) / 100.0,
			};

			write_line(goal_truth_fields, &truth, out);
		}
	}
}
