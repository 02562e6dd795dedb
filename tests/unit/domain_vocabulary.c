/* The words of the business and the constants, as configuration gives them. */
#include <criterion/criterion.h>

#include "constants.h"
#include "vocabulary.h"

struct config {
	struct vocabulary vocabulary;
	struct constants constants;
};

static const struct option_group groups[] = {
	{ vocabulary_options, offsetof(struct config, vocabulary) },
	{ constants_options, offsetof(struct config, constants) },
	{ NULL, 0 },
};

static bool load(const struct option_setting *settings, size_t count, struct config *config,
		 struct arena *arena, struct err *err)
{
	const struct option_sources sources = { .settings = settings, .settings_count = count };

	arena_init(arena);
	return options_load(groups, NULL, &sources, config, arena, err);
}

static void assert_same(const struct labels *a, const struct labels *b)
{
	cr_assert_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		cr_assert_str_eq(a->items[i].name, b->items[i].name);
		cr_assert_str_eq(a->items[i].label, b->items[i].label);
	}
}

Test(vocabulary, unset_options_give_the_defaults)
{
	struct config config;
	struct arena arena;
	struct err err = { 0 };

	cr_assert(load(NULL, 0, &config, &arena, &err), "%s", err.text);
	assert_same(&config.vocabulary.tiers, &default_vocabulary.tiers);
	assert_same(&config.vocabulary.stages, &default_vocabulary.stages);
	assert_same(&config.vocabulary.focus_areas, &default_vocabulary.focus_areas);
	assert_same(&config.vocabulary.goal_types, &default_vocabulary.goal_types);
	assert_same(&config.vocabulary.categories, &default_vocabulary.categories);
	cr_assert_eq(config.constants.month_days, default_constants.month_days);
	cr_assert_eq(config.constants.blip_days, default_constants.blip_days);
	cr_assert_eq(config.constants.silent_days, default_constants.silent_days);
	cr_assert_eq(config.constants.lag_days, default_constants.lag_days);
	cr_assert_eq(config.constants.k, default_constants.k);
	cr_assert_eq(config.constants.z, default_constants.z);
	arena_release(&arena);
}

Test(vocabulary, another_ladder)
{
	const struct option_setting settings[] = { { "vocabulary.tiers",
						     "small=Small,large=Large" } };
	struct config config;
	struct arena arena;
	struct err err = { 0 };

	cr_assert(load(settings, 1, &config, &arena, &err), "%s", err.text);
	cr_assert_eq(vocabulary_tier_rank(&config.vocabulary, "large"), 1);
	cr_assert_eq(vocabulary_tier_rank(&config.vocabulary, "5_10_million"), -1);
	cr_assert_str_eq(label_of(&config.vocabulary.tiers, "small"), "Small");
	arena_release(&arena);
}

/* Nobody can configure privacy away. */
Test(vocabulary, k_is_at_least_5)
{
	const struct option_setting settings[] = { { "statistics.k", "4" } };
	struct config config;
	struct arena arena;
	struct err err = { 0 };

	cr_assert_not(load(settings, 1, &config, &arena, &err));
	cr_assert(strstr(err.text, "statistics.k"), "%s", err.text);
	arena_release(&arena);
}

Test(vocabulary, ranks_and_labels)
{
	cr_assert_eq(vocabulary_tier_rank(&default_vocabulary, "0_5_million"), 0);
	cr_assert_eq(vocabulary_tier_rank(&default_vocabulary, "5_10_million"), 1);
	cr_assert_eq(vocabulary_tier_rank(&default_vocabulary, "300_plus_million"),
		     (int)default_vocabulary.tiers.count - 1);
	cr_assert_eq(vocabulary_tier_rank(&default_vocabulary, "5_10"), -1);
	cr_assert_eq(vocabulary_tier_rank(&default_vocabulary, NULL), -1);
	cr_assert_str_eq(label_of(&default_vocabulary.tiers, "300_plus_million"), "$300M+");
	cr_assert_str_eq(label_of(&default_vocabulary.tiers, "next"), "next");
	cr_assert_str_eq(label_of(&default_vocabulary.goal_types, "lead_improvement"),
			 "Optimize lead generation and conversion systems");
	cr_assert_null(label_of(&default_vocabulary.tiers, NULL));
}

/* What a category names must exist. */
Test(vocabulary, categories_are_goal_types_and_focus_areas_are_known)
{
	for (size_t i = 0; i < default_vocabulary.categories.count; i++) {
		const struct label *category = &default_vocabulary.categories.items[i];
		const char *area = category->name + strlen("focus_area:");

		cr_assert_neq(label_of(&default_vocabulary.goal_types, category->label),
			      category->label, "%s", category->label);
		if (strncmp(category->name, "focus_area:", strlen("focus_area:")) == 0)
			cr_assert_neq(label_of(&default_vocabulary.focus_areas, area), area, "%s",
				      area);
	}
}
