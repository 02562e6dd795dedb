/*
 * What patterns add to the generation of one goal, in CPU time: the contractor is scored against a
 * library of all transitions (matcher's part), and the best three patterns become goals with their
 * checklists, timelines and sentences (goal-enricher's). No server, no I/O: reading and storing are
 * a batch's, not a goal's. Figures are JSON lines.
 *   bench-goal [ROUNDS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "decide.h"
#include "instant.h"
#include "score.h"

#define ROUNDS 20000
#define TYPES 3 /* patterns of a transition */
#define PATTERNS_MAX (TYPES * 16)
#define ITEMS 10 /* a list's greatest length */

struct world {
	struct arena arena; /* of what stays */
	struct goal_rules rules;
	struct pattern patterns[PATTERNS_MAX];
	const struct pattern *library[PATTERNS_MAX]; /* by key */
	size_t count;
	struct profile profile;
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench-goal: %s\n", what);
	exit(EXIT_FAILURE);
}

static void tell(const char *figure, double value, const char *unit)
{
	printf("{\"figure\": \"%s\", \"worker\": \"goal-enricher\", \"value\": %.4g, \"unit\": \"%s\"}\n",
	       figure, value, unit);
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void load_rules(struct world *world)
{
	static const struct option_group groups[] = {
		{ goal_rules_options, 0 },
		{ vocabulary_options, offsetof(struct goal_rules, vocabulary) },
		{ wording_options, offsetof(struct goal_rules, vocabulary.wording) },
		{ NULL, 0 },
	};
	const struct option_sources nothing = { .file = NULL };
	struct err err = { 0 };

	if (!options_load(groups, NULL, &nothing, &world->rules, &world->arena, &err))
		give_up(err.text);
}

static pattern_items list_of(struct world *world, const char *kind)
{
	static const char *const grades[] = { "A", "B", "C" };
	struct pattern_item *items = arena_array(&world->arena, struct pattern_item, ITEMS);

	for (int i = 0; i < ITEMS; i++)
		items[i] = (struct pattern_item){
			.item = arena_printf(&world->arena, "%s_number_%d", kind, i),
			.name = i % 2 ? NULL
				      : arena_printf(&world->arena, "The %s no. %d", kind, i),
			.grade = grades[i / 4],
			.users = 42 - 2 * i,
			.usage_rate = 0.89 - 0.04 * i,
			.at_least = i == 0,
			.first_share = { 0.3 - 0.02 * i, true },
			.median_adoption_months = { 3 + i, true },
			.avg_satisfaction = { 4.8, true },
			.shrunk_satisfaction = { 4.6, true },
		};
	return (pattern_items){ items, ITEMS };
}

static pattern_items areas_of(struct world *world)
{
	const struct labels *areas = &world->rules.vocabulary.focus_areas;
	pattern_items list = list_of(world, "area");

	for (size_t i = 0; i < list.count && i < areas->count; i++)
		list.items[i].item = areas->items[i].name;
	return list;
}

static struct pattern pattern_of(struct world *world, size_t tier, size_t type)
{
	const struct labels *tiers = &world->rules.vocabulary.tiers;
	const char *from = tiers->items[tier].name, *to = tiers->items[tier + 1].name;
	const char *name = world->rules.vocabulary.goal_types.items[type].name;

	return (struct pattern){
		.pattern_key = arena_printf(&world->arena, "%s>%s/%s", from, to, name),
		.version = 1,
		.status = PATTERN_ACTIVE,
		.from_revenue_tier = from,
		.to_revenue_tier = to,
		.pattern_type = name,
		.common_focus_areas = areas_of(world),
		.common_partners = list_of(world, "partner"),
		.common_milestones = list_of(world, "milestone"),
		.common_books = list_of(world, "book"),
		.common_podcasts = list_of(world, "podcast"),
		.common_events = list_of(world, "event"),
		.timeline = { .basis = "observed",
			      .low = { 8, true },
			      .median = { 14, true },
			      .high = { 21, true },
			      .horizon = { 48, true },
			      .p_by_horizon = { 0.62, true } },
		.success_indicators = { .team_doubled = { 0.4, true },
					.revenue_increased = { 62, true },
					.lead_flow_improved = { 0.71, true } },
		.sample_size = 47,
		.confidence_score = 0.89,
		.team_median = { 12, true },
	};
}

static int by_key(const void *a, const void *b)
{
	const struct pattern *const *x = a, *const *y = b;

	return strcmp((*x)->pattern_key, (*y)->pattern_key);
}

static struct world *make_world(void)
{
	static struct world world;
	static const char *areas[] = { "controlling_lead_flow", "closing_sales",
				       "hiring_skilled_team" };
	const struct labels *tiers = &world.rules.vocabulary.tiers;

	arena_init(&world.arena);
	load_rules(&world);
	for (size_t tier = 0; tier + 1 < tiers->count; tier++)
		for (size_t type = 0; type < TYPES; type++) {
			world.patterns[world.count] = pattern_of(&world, tier, type);
			world.library[world.count] = &world.patterns[world.count];
			world.count++;
		}
	qsort(world.library, world.count, sizeof(world.library[0]), by_key);
	world.profile = (struct profile){
		.revenue_tier = tiers->items[3].name,
		.team_size = { .text = "11_50", .present = true },
		.focus_areas = { areas, 3 },
		.months_in_tier = { 5, true },
	};
	return &world;
}

static pattern_matches match(const struct world *world, struct arena *arena)
{
	return find_matching_patterns(&world->rules.vocabulary, &world->profile, world->library,
				      world->count, NULL, arena);
}

static size_t generate(const struct world *world, struct arena *arena)
{
	struct contractor_goals contractor = { .contractor_id = 7, .exists = true };
	const struct goal_knowledge knowledge = { world->library, world->count, &world->rules,
						  arena };
	struct contractor_matched *matched = arena_new(arena, struct contractor_matched);

	*matched = (struct contractor_matched){
		.contractor_id = 7,
		.occurred_at = 800 * US_PER_DAY,
		.revenue_tier = world->profile.revenue_tier,
		.team_size = world->profile.team_size,
		.focus_areas = world->profile.focus_areas,
		.tier_entered_at = 650 * US_PER_DAY,
		.matches = match(world, arena),
	};
	return goals_follow_match(&contractor, "event", matched, &knowledge).count;
}

int main(int argc, char **argv)
{
	const long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : ROUNDS;
	const struct world *world = make_world();
	struct arena arena;
	size_t goals = 0, matches = 0;
	double start, matching, all;

	if (rounds < 1)
		give_up("the number of rounds must be at least 1");
	arena_init(&arena);
	start = cpu_seconds();
	for (long i = 0; i < rounds; i++, arena_reset(&arena))
		matches += match(world, &arena).count;
	matching = cpu_seconds() - start;
	start = cpu_seconds();
	for (long i = 0; i < rounds; i++, arena_reset(&arena))
		goals += generate(world, &arena);
	all = cpu_seconds() - start;
	if (goals == 0 || matches != goals)
		give_up("the patterns gave other goals than matches");
	fprintf(stderr, "bench-goal: %zu goals a round out of %zu patterns\n",
		goals / (size_t)rounds, world->count);
	tell("goal_pattern_time", 1000 * all / (double)goals, "ms");
	tell("goal_pattern_time: match", 1000 * matching / (double)goals, "ms");
	arena_release(&arena);
	return EXIT_SUCCESS;
}
