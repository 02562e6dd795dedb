/* Names and descriptions of patterns. */
#include <criterion/criterion.h>

#include "arena.h"
#include "pattern_text.h"
#include "utf8.h"

static struct arena arena;
static struct pattern_item milestones[] = {
	{ .item = "implemented_crm", .usage_rate = 0.73 },
	{ .item = "hired_ops_manager", .usage_rate = 0.19 },
};
static struct pattern_item partners[] = {
	{ .item = "5", .name = "BuildPro", .usage_rate = 0.89 },
	{ .item = "6", .usage_rate = 0.73, .at_least = true },
	{ .item = "7", .usage_rate = 0.5 },
};
static struct pattern_item books[] = {
	{ .item = "traction", .usage_rate = 0.95 },
};

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(pattern_text, .init = set_up, .fini = tear_down);

static struct pattern pattern_of_47(void)
{
	return (struct pattern){
		.from_revenue_tier = "0_5_million",
		.to_revenue_tier = "5_10_million",
		.pattern_type = "revenue_growth",
		.sample_size = 47,
	};
}

static void assert_description(const struct pattern *pattern, const char *wanted)
{
	cr_assert_str_eq(pattern_description_of(pattern, &default_vocabulary, &arena), wanted);
}

Test(pattern_text, names)
{
	struct pattern pattern = pattern_of_47();

	cr_assert_str_eq(pattern_name_of(&pattern, &default_vocabulary, &arena),
			 "Revenue growth from $0-5M to $5-10M");
	pattern.to_revenue_tier = "a_tier_of_tomorrow";
	cr_assert_str_eq(pattern_name_of(&pattern, &default_vocabulary, &arena),
			 "Revenue growth from $0-5M to a_tier_of_tomorrow");
}

Test(pattern_text, a_name_fits_its_column_and_ends_with_a_whole_character)
{
	struct pattern pattern = pattern_of_47();
	char tier[401];
	const char *name;

	for (size_t i = 0; i + 1 < sizeof(tier); i += 2)
		memcpy(tier + i, "\u00e9", 2);
	tier[sizeof(tier) - 1] = '\0';
	pattern.to_revenue_tier = tier;
	name = pattern_name_of(&pattern, &default_vocabulary, &arena);
	cr_assert_leq(strlen(name), PATTERN_NAME_MAX);
	cr_assert_geq(strlen(name), PATTERN_NAME_MAX - 1);
	cr_assert_eq(utf8_character(name + strlen(name) - 2, 2), 2);
}

Test(pattern_text, a_sub_cohort_is_named)
{
	struct pattern pattern = pattern_of_47();

	pattern.pattern_type = "lead_improvement";
	cr_assert_str_eq(pattern_name_of(&pattern, &default_vocabulary, &arena),
			 "Lead improvement from $0-5M to $5-10M");
	assert_description(&pattern, "Based on 47 contractors with a focus on lead improvement who "
				     "went from $0-5M to $5-10M.");
}

Test(pattern_text, the_three_most_common_of_all_lists)
{
	struct pattern pattern = pattern_of_47();

	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M.");
	pattern.common_milestones = (pattern_items){ milestones, 2 };
	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M. "
				     "Most common: implemented crm (73%).");
	pattern.common_partners = (pattern_items){ partners, 3 };
	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M. "
				     "Most common: BuildPro (89%), implemented crm (73%), "
				     "partner 6 (at least 73%).");
	pattern.common_books = (pattern_items){ books, 1 };
	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M. "
				     "Most common: book traction (95%), BuildPro (89%), "
				     "implemented crm (73%).");
}

Test(pattern_text, the_time_it_took)
{
	struct pattern pattern = pattern_of_47();

	pattern.timeline = (struct timeline){
		.basis = "tier_entry",
		.low = { 8, true },
		.high = { 21, true },
	};
	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M, most "
				     "of them within 8 to 21 months.");
	pattern.timeline.basis = "first_seen";
	assert_description(&pattern, "Based on 47 contractors who went from $0-5M to $5-10M, most "
				     "of them within 8 to 21 months since first seen.");
}

Test(pattern_text, rates)
{
	cr_assert_str_eq(rate_text(&default_vocabulary.wording, 0.89, false, &arena), "89%");
	cr_assert_str_eq(rate_text(&default_vocabulary.wording, 0.5, true, &arena), "at least 50%");
	cr_assert_str_eq(rate_text(&default_vocabulary.wording, 0.07, false, &arena), "7%");
	cr_assert_str_eq(plain_words("hired_ops_manager", &arena), "hired ops manager");
}
