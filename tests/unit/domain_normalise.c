/* What upstream writes, in the vocabulary's words. */
#include <criterion/criterion.h>

#include "normalise.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(normalise, .init = set_up, .fini = tear_down);

static void expect_text(const char *found, const char *wanted, const char *given)
{
	cr_expect(found == wanted || (found && wanted && strcmp(found, wanted) == 0),
		  "%s: %s instead of %s", given, found ? found : "nothing",
		  wanted ? wanted : "nothing");
}

Test(normalise, day2_tiers_are_found_by_name_label_or_synonym)
{
	static const struct {
		const char *given, *name;
	} cases[] = {
		{ "0_5_million", "0_5_million" },
		{ "0_5_Million", "0_5_million" },
		{ " 0-5 million ", "0_5_million" },
		{ "$0-5M", "0_5_million" },
		{ "$0\xE2\x80\x93"
		  "5m",
		  "0_5_million" },
		{ "0-5M", "0_5_million" },
		{ "$300M+", "300_plus_million" },
		{ "300 plus MILLION", "300_plus_million" },
		{ "300+ Million", "300_plus_million" },
		{ "Growth", NULL }, /* a stage */
		{ "closing_sales", NULL },
		{ "sales", NULL },
		{ "0_5_millions", NULL },
		{ "0_5", NULL },
		{ "05_million", NULL },
		{ "", NULL },
		{ " - ", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor_updated profile = { .revenue_tier = cases[i].given };

		expect_text(vocabulary_find(&default_vocabulary, &default_vocabulary.tiers,
					    cases[i].given),
			    cases[i].name, cases[i].given);
		normalise_profile(&default_vocabulary, &profile, &arena);
		expect_text(profile.revenue_tier, cases[i].name ? cases[i].name : cases[i].given,
			    cases[i].given);
	}
}

Test(normalise, day2_stages_that_are_unknown_are_kept_in_small_letters)
{
	static const struct {
		const char *given, *kept;
	} cases[] = {
		{ "Growth", "growth" },
		{ "SCALING", "scaling" },
		{ "Wind-Down  Phase", "wind_down_phase" },
		{ "\xC3\x9C"
		  "bergang",
		  "\xC3\x9C"
		  "bergang" },
		{ "  ", NULL },
		{ NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor_updated profile = { .revenue_tier = "0_5_million",
						      .current_stage = cases[i].given };

		normalise_profile(&default_vocabulary, &profile, &arena);
		expect_text(profile.current_stage, cases[i].kept, cases[i].given);
	}
}

Test(normalise, more_people_than_an_integer_holds_are_unknown)
{
	static const struct {
		int64_t people;
		bool known;
	} cases[] = {
		{ 12, true },
		{ INT32_MAX, true },
		{ (int64_t)INT32_MAX + 1, false },
		{ INT64_MAX, false },
		{ INT32_MIN, true }, /* no size either, but it can be kept */
		{ (int64_t)INT32_MIN - 1, false },
		{ INT64_MIN, false },
	};
	struct contractor_updated band = { .revenue_tier = "0_5_million",
					   .team_size = { .text = "11_50", .present = true } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor_updated profile = {
			.revenue_tier = "0_5_million",
			.team_size = { .number = cases[i].people, .present = true },
		};

		normalise_profile(&default_vocabulary, &profile, &arena);
		cr_expect_eq(profile.team_size.present, cases[i].known, "%lld",
			     (long long)cases[i].people);
		cr_expect_eq(profile.team_size.number, cases[i].known ? cases[i].people : 0);
	}
	normalise_profile(&default_vocabulary, &band, &arena);
	cr_expect(band.team_size.present);
}

static const char *joined(const struct texts *texts)
{
	const char *all = texts->items ? "" : "absent";

	for (size_t i = 0; i < texts->count; i++)
		all = arena_printf(&arena, "%s%s%s", all, i ? "|" : "", texts->items[i]);
	return all;
}

Test(normalise, day2_focus_areas_may_be_csv_or_cased_otherwise)
{
	static const struct {
		const char *json, *areas;
	} cases[] = {
		{ "\"Greenfield Growth, operational_efficiency\"",
		  "greenfield_growth|operational_efficiency" },
		{ "[\"Greenfield Growth, operational_efficiency\", \"closing-sales\"]",
		  "greenfield_growth|operational_efficiency|closing_sales" },
		{ "[\"Hiring a skilled team\", \"Lead Flow\", \"REFERRALS\"]",
		  "hiring_skilled_team|controlling_lead_flow|referral_growth" },
		{ "[\"closing_sales\", \"Solar Panels\", \"Closing Sales\", \"solar_panels\"]",
		  "closing_sales|solar_panels" },
		{ "\"b; a;;, ,A\"", "b|a" },
		{ "\"growth\"", "growth" },
		{ "[]", "" },
		{ "\",\"", "" },
		{ "\"\"", "absent" },
		{ "null", "absent" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *text = arena_printf(
			&arena,
			"{\"contractor_id\":7,\"occurred_at\":\"2024-01-01T00:00:00Z\","
			"\"revenue_tier\":\"0_5_million\",\"focus_areas\":%s}",
			cases[i].json);
		struct contractor_updated profile;
		struct err err = { 0 };

		cr_assert(json_decode(text, strlen(text), contractor_updated_fields, &profile,
				      sizeof(profile), &arena, &err),
			  "%s: %s", cases[i].json, err.text);
		for (int again = 0; again < 2; again++) {
			normalise_profile(&default_vocabulary, &profile, &arena);
			expect_text(joined(&profile.focus_areas), cases[i].areas, cases[i].json);
		}
	}
}

Test(normalise, day2_actions_of_the_kind_focus_area_speak_as_profiles_do)
{
	struct action_recorded area = { .kind = ACTION_FOCUS_AREA, .item = "Lead Flow" };
	struct action_recorded book = { .kind = ACTION_BOOK, .item = "Lead Flow" };
	struct action_recorded strange = { .kind = ACTION_FOCUS_AREA, .item = "--" };

	normalise_action(&default_vocabulary, &area, &arena);
	normalise_action(&default_vocabulary, &book, &arena);
	normalise_action(&default_vocabulary, &strange, &arena);
	cr_expect_str_eq(area.item, "controlling_lead_flow");
	cr_expect_str_eq(book.item, "Lead Flow", "an id of upstream's own");
	cr_expect_str_eq(strange.item, "--", "an item is never empty");
}

/* So that who normalises and who does not refuse the same. */
Test(normalise, an_area_that_is_too_long_stays_for_the_check_that_refuses_it)
{
	char area[1002], kept[1002];
	struct action_recorded action = { .kind = ACTION_FOCUS_AREA, .item = area };

	memset(area, ' ', sizeof(area));
	memcpy(area, "Closing", 7);
	area[999] = 'X';
	area[1000] = '\0';
	normalise_action(&default_vocabulary, &action, &arena);
	expect_text(action.item, "closing_x", "1000 bytes");

	area[1000] = 'X';
	area[1001] = '\0';
	memcpy(kept, area, sizeof(kept));
	action.item = area;
	normalise_action(&default_vocabulary, &action, &arena);
	expect_text(action.item, kept, "1001 bytes");
}

Test(normalise, words_of_configuration_may_be_written_in_any_way)
{
	static const struct label tiers[] = { { "Small Firms", "Up to 5" }, { "LARGE", NULL } };
	static const struct label synonyms[] = { { "Tiny", "small-firms" }, { "Huge", NULL } };
	const struct vocabulary vocabulary = { .tiers = { tiers, 2 }, .synonyms = { synonyms, 2 } };

	cr_expect_str_eq(vocabulary_find(&vocabulary, &vocabulary.tiers, "small_firms"),
			 "Small Firms");
	cr_expect_str_eq(vocabulary_find(&vocabulary, &vocabulary.tiers, "UP TO 5"), "Small Firms");
	cr_expect_str_eq(vocabulary_find(&vocabulary, &vocabulary.tiers, "tiny"), "Small Firms");
	cr_expect_str_eq(vocabulary_find(&vocabulary, &vocabulary.tiers, "Large"), "LARGE");
	cr_expect_null(vocabulary_find(&vocabulary, &vocabulary.tiers, "huge"));
}

Test(normalise, more_than_a_hundred_areas_are_refused)
{
	struct arena own;
	const char *said[102];
	struct contractor_updated profile = { .revenue_tier = "0_5_million",
					      .focus_areas = { said, 100 } };
	struct err err = { 0 };

	arena_init(&own);
	for (int i = 0; i < 102; i++)
		said[i] = arena_printf(&own, "area%d", i);
	normalise_profile(&default_vocabulary, &profile, &own);
	cr_expect_eq(profile.focus_areas.count, 100);
	cr_expect(normalised_check(&default_vocabulary, &profile, &err));
	profile.focus_areas = (struct texts){ said, 102 };
	normalise_profile(&default_vocabulary, &profile, &own);
	cr_expect_not(normalised_check(&default_vocabulary, &profile, &err));
	cr_expect_eq(err.kind, ERR_POISON);
	cr_expect_str_eq(err.text, "focus_areas: more than 100");
	arena_release(&own);
}

/* No synonym may hide a name of its list, and each means something. */
Test(normalise, the_default_synonyms_mean_something)
{
	const struct vocabulary *words = &default_vocabulary;

	for (size_t i = 0; i < words->synonyms.count; i++) {
		const struct label *synonym = &words->synonyms.items[i];
		const struct labels *lists[] = { &words->tiers, &words->stages,
						 &words->focus_areas };
		size_t meanings = 0;

		for (size_t k = 0; k < 3; k++) {
			const char *found = vocabulary_find(words, lists[k], synonym->name);

			meanings += found != NULL;
			if (found)
				cr_expect_str_eq(found, synonym->label);
		}
		cr_expect_eq(meanings, 1, "%s", synonym->name);
	}
}
