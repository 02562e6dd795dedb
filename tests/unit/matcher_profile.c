/* What a contractor's messages and a new library make of him: when something is published, and
 * which matches are kept. */
#include <criterion/criterion.h>

#include "decide.h"
#include "instant.h"

#define DAY US_PER_DAY
#define START (INT64_C(1700000000) * US_PER_SECOND)
#define AS_OF (START - 100 * DAY)

static struct arena arena;
static struct vocabulary vocabulary;

static void set_up(void)
{
	static const struct option_group groups[] = { { vocabulary_options, 0 }, { NULL, 0 } };
	struct option_sources nothing = { .file = NULL };
	struct err err = { 0 };

	arena_init(&arena);
	cr_assert(options_load(groups, NULL, &nothing, &vocabulary, &arena, &err), "%s", err.text);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(profile, .init = set_up, .fini = tear_down);

static struct pattern pattern(const char *key, const char *from, const char *to, double confidence)
{
	return (struct pattern){
		.pattern_key = key,
		.version = 1,
		.status = PATTERN_ACTIVE,
		.as_of = AS_OF,
		.from_revenue_tier = from,
		.to_revenue_tier = to,
		.sample_size = 20,
		.confidence_score = confidence,
	};
}

/* Four patterns of one transition that only confidence tells apart, and one that fits nobody here.
 */
static struct pattern library[] = {
	{ .pattern_key = "a" }, { .pattern_key = "b" },   { .pattern_key = "c" },
	{ .pattern_key = "d" }, { .pattern_key = "far" },
};
static const struct pattern *patterns[5];

/* By tier, of which there are more than enough places. */
static utc_us newest[20];

static void newest_is(utc_us as_of)
{
	for (size_t i = 0; i < sizeof(newest) / sizeof(newest[0]); i++)
		newest[i] = as_of;
}

static struct knowledge know_all(void)
{
	static const char *const keys[] = { "a", "b", "c", "d" };

	for (size_t i = 0; i < 4; i++)
		library[i] = pattern(keys[i], "0_5_million", "5_10_million", 0.9 - 0.1 * (double)i);
	library[4] = pattern("far", "151_300_million", "300_plus_million", 0.9);
	for (size_t i = 0; i < 5; i++)
		patterns[i] = &library[i];
	newest_is(AS_OF);
	return (struct knowledge){ &vocabulary, patterns, 5, 42, &arena, newest, NULL };
}

static struct knowledge know_nothing(void)
{
	newest_is(0);
	return (struct knowledge){ &vocabulary, patterns, 0, 0, &arena, newest, NULL };
}

static struct contractor_updated update(int64_t day, const char *tier)
{
	return (struct contractor_updated){
		.contractor_id = 7,
		.occurred_at = START + day * DAY,
		.revenue_tier = tier,
	};
}

static struct contractor stranger(void)
{
	return (struct contractor){ .id = 7 };
}

static struct change apply(struct contractor *contractor, struct contractor_updated event,
			   const char *id, const struct knowledge *knowledge)
{
	/* The event must live as long as the batch. */
	struct contractor_updated *kept = arena_memdup(&arena, &event, sizeof(event));

	return matcher_decide_profile(contractor, kept, id, 3, knowledge);
}

static const struct match *match_with(const struct contractor *contractor, const char *key)
{
	for (size_t i = 0; i < contractor->matches_count; i++) {
		if (strcmp(contractor->matches[i].pattern_key, key) == 0)
			return &contractor->matches[i];
	}
	cr_assert(false, "no match with %s", key);
	return NULL;
}

Test(profile, is_published_at_first_sight_without_a_match)
{
	struct contractor contractor = stranger();
	struct knowledge nothing = know_nothing();
	struct change change = apply(&contractor, update(0, "0_5_million"), "e1", &nothing);

	cr_assert(change.publish);
	cr_assert(contractor.changed && contractor.known && !contractor.stored);
	cr_assert_eq(change.matched.contractor_id, 7);
	cr_assert_eq(change.matched.occurred_at, START);
	cr_assert_eq(change.matched.tier_entered_at, START);
	cr_assert_eq(change.matched.matches.count, 0);
	cr_assert_not_null(change.matched.matches.items, "an empty list is published as []");
	cr_assert_eq(contractor.partition, 3);
	cr_assert_eq(contractor.created_at, START);
}

Test(profile, day2_apply_pattern_to_contractor_keeps_the_best_three_with_their_reasons)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_all();
	struct change change = apply(&contractor, update(0, "0_5_million"), "e1", &all);

	cr_assert_eq(change.matched.matches.count, 3);
	cr_assert_str_eq(change.matched.matches.items[0].pattern_key, "a");
	cr_assert_str_eq(change.matched.matches.items[2].pattern_key, "c");
	cr_assert_eq(change.matched.snapshot, 42);
	cr_assert_eq(contractor.matches_count, 3);
	cr_assert_eq(match_with(&contractor, "b")->rank, 2);
	cr_assert_eq(match_with(&contractor, "b")->applied_at, START);
	cr_assert_eq(match_with(&contractor, "b")->result, MATCH_UNDECIDED);
	for (size_t i = 0; i < 3; i++) {
		const struct pattern_match *told = &change.matched.matches.items[i];

		cr_expect_str_eq(match_with(&contractor, told->pattern_key)->reason,
				 told->match_reason);
		cr_expect_gt(told->reasons.count, 0);
	}
}

Test(profile, day2_nothing_is_written_when_nothing_changed)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_all();

	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	contractor.changed = false;
	for (size_t i = 0; i < contractor.matches_count; i++)
		contractor.matches[i].changed = false;
	cr_assert_not(apply(&contractor, update(0, "0_5_million"), "e1", &all).publish,
		      "same event");
	cr_assert_not(apply(&contractor, update(9, "0_5_million"), "e2", &all).publish,
		      "same profile");
	cr_assert_not(contractor.changed);
	cr_assert_eq(contractor.occurred_at, START);
	for (size_t i = 0; i < contractor.matches_count; i++)
		cr_assert_not(contractor.matches[i].changed, "%s",
			      contractor.matches[i].pattern_key);
}

static const struct {
	const char *name;
	bool recast;
	struct contractor_updated event;
} recastings[] = {
	{ "nothing but people and revenue",
	  false,
	  { .revenue_tier = "0_5_million",
	    .team_size = { .number = 8, .present = true },
	    .annual_revenue = { 3e6, true } } },
	{ "the tier", true, { .revenue_tier = "5_10_million" } },
	{ "a band instead of people",
	  true,
	  { .revenue_tier = "0_5_million", .team_size = { .text = "11_50", .present = true } } },
	{ "the stage", true, { .revenue_tier = "0_5_million", .current_stage = "growth" } },
	{ "the status", true, { .revenue_tier = "0_5_million", .status = STATUS_INACTIVE } },
};

Test(profile, is_recast_by_more_than_numbers)
{
	static const char *const areas[] = { "closing_sales" };
	struct knowledge nothing = know_nothing();

	for (size_t i = 0; i < sizeof(recastings) / sizeof(*recastings); i++) {
		struct contractor contractor = stranger();
		struct contractor_updated event = recastings[i].event;

		apply(&contractor, update(0, "0_5_million"), "e1", &nothing);
		contractor.recast = false; /* stored */
		event.contractor_id = 7;
		event.occurred_at = START + DAY;
		apply(&contractor, event, "e2", &nothing);
		cr_expect(contractor.changed, "%s", recastings[i].name);
		cr_expect_eq(contractor.recast, recastings[i].recast, "%s", recastings[i].name);

		event.occurred_at += DAY;
		event.focus_areas = (struct texts){ (const char **)(uintptr_t)areas, 1 };
		apply(&contractor, event, "e3", &nothing);
		cr_expect(contractor.recast, "%s, then the focus areas", recastings[i].name);

		event.occurred_at += DAY;
		event.annual_revenue = (struct optional_number){ 9e6, true };
		apply(&contractor, event, "e4", &nothing);
		cr_expect(contractor.recast, "%s, and the revenue in the same batch",
			  recastings[i].name);
	}
}

Test(profile, later_events_win)
{
	static const struct {
		const char *name, *id;
		int64_t day;
		bool wins;
	} cases[] = {
		{ "earlier day", "e9", 4, false },
		{ "same day, lower id", "e4", 5, false },
		{ "same day, higher id", "e6", 5, true },
		{ "later day, lower id", "e1", 6, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor contractor = stranger();
		struct knowledge nothing = know_nothing();

		apply(&contractor, update(5, "0_5_million"), "e5", &nothing);
		cr_expect_eq(apply(&contractor, update(cases[i].day, "5_10_million"), cases[i].id,
				   &nothing)
				     .publish,
			     cases[i].wins, "%s", cases[i].name);
	}
}

static void change_team(struct contractor_updated *event)
{
	event->team_size = (struct int_or_text){ .number = 12, .present = true };
}

static void change_team_to_band(struct contractor_updated *event)
{
	event->team_size = (struct int_or_text){ .text = "11_50", .present = true };
}

static void change_stage(struct contractor_updated *event)
{
	event->current_stage = "a stage of their own";
}

static void change_focus(struct contractor_updated *event)
{
	static const char *areas[] = { "closing_sales" };

	event->focus_areas = (struct texts){ areas, 1 };
}

static void change_revenue(struct contractor_updated *event)
{
	event->annual_revenue = (struct optional_number){ 1e6, true };
}

static void change_status(struct contractor_updated *event)
{
	event->status = STATUS_ACTIVE;
}

Test(profile, every_member_counts_as_a_change)
{
	static void (*const changes[])(struct contractor_updated * event) = {
		change_team,  change_team_to_band, change_stage,
		change_focus, change_revenue,      change_status,
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct contractor contractor = stranger();
		struct knowledge nothing = know_nothing();
		struct contractor_updated event = update(1, "0_5_million");

		apply(&contractor, update(0, "0_5_million"), "e1", &nothing);
		changes[i](&event);
		cr_expect(apply(&contractor, event, "e2", &nothing).publish, "change %zu", i);
		event.occurred_at += DAY;
		cr_expect_not(apply(&contractor, event, "e3", &nothing).publish, "change %zu again",
			      i);
		event = update(3, "0_5_million");
		cr_expect(apply(&contractor, event, "e4", &nothing).publish, "change %zu back", i);
	}
}

Test(profile, tier_entry_is_tier_since_at_first_sight_and_the_change_later)
{
	struct contractor contractor = stranger();
	struct knowledge nothing = know_nothing();
	struct contractor_updated event = update(0, "0_5_million");

	event.tier_since = (struct optional_time){ START - 50 * DAY, true };
	cr_assert_eq(apply(&contractor, event, "e1", &nothing).matched.tier_entered_at,
		     START - 50 * DAY);

	event = update(5, "0_5_million");
	change_team(&event);
	cr_assert_eq(apply(&contractor, event, "e2", &nothing).matched.tier_entered_at,
		     START - 50 * DAY, "the tier is the same");
	cr_assert_eq(apply(&contractor, update(10, "5_10_million"), "e3", &nothing)
			     .matched.tier_entered_at,
		     START + 10 * DAY);

	contractor = stranger();
	event = update(0, "0_5_million");
	event.tier_since = (struct optional_time){ START + DAY, true };
	cr_assert_eq(apply(&contractor, event, "e1", &nothing).matched.tier_entered_at, START,
		     "not in the future");
}

Test(profile, who_is_not_active_has_no_matches)
{
	static const enum contractor_status away[] = { STATUS_INACTIVE, STATUS_CLOSED,
						       STATUS_DELETED };

	for (size_t i = 0; i < sizeof(away) / sizeof(*away); i++) {
		struct contractor contractor = stranger();
		struct knowledge all = know_all();
		struct contractor_updated event = update(1, "0_5_million");
		struct change change;

		apply(&contractor, update(0, "0_5_million"), "e1", &all);
		event.status = away[i];
		change = apply(&contractor, event, "e2", &all);
		cr_assert(change.publish && change.matches);
		cr_assert_eq(change.matched.matches.count, 0);
		cr_assert_eq(contractor.matches_count, 3, "rows are kept");
		cr_assert_eq(match_with(&contractor, "a")->rank, 0);
		cr_assert(match_with(&contractor, "a")->changed);

		event = update(2, "0_5_million");
		change = apply(&contractor, event, "e3", &all);
		cr_assert_eq(change.matched.matches.count, 3, "back again");
		cr_assert_eq(match_with(&contractor, "a")->applied_at, START + 2 * DAY);
		cr_assert_eq(match_with(&contractor, "a")->created_at, START);
		cr_assert_eq(contractor.matches_count, 3);
	}
}

Test(profile, day2_pattern_result_is_successful_when_its_tier_is_reached)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_all();

	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	apply(&contractor, update(1, "11_20_million"), "e2", &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_SUCCESSFUL);
	cr_assert_eq(match_with(&contractor, "a")->rank, 0, "it fits no longer");
	apply(&contractor, update(2, "0_5_million"), "e3", &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_SUCCESSFUL, "and stays so");
}

Test(profile, a_pattern_does_not_work_out_for_who_was_there_already)
{
	static struct pattern_item closing = { .item = "closing_sales", .usage_rate = 0.9 };
	static const struct {
		const char *name, *tier;
		bool successful;
	} steps[] = {
		{ "there at first", "5_10_million", false },
		{ "above", "11_20_million", false },
		{ "fell back", "0_5_million", false },
		{ "has risen", "5_10_million", true },
	};
	struct contractor contractor = stranger();
	struct knowledge all = know_all();

	library[0].common_focus_areas = (pattern_items){ &closing, 1 };
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct contractor_updated event = update((int64_t)i, steps[i].tier);

		change_focus(&event);
		apply(&contractor, event, arena_printf(&arena, "e%zu", i), &all);
		cr_expect_eq(match_with(&contractor, "a")->result == MATCH_SUCCESSFUL,
			     steps[i].successful, "%s", steps[i].name);
	}
}

/* A timeline of 8 to 16 months: beyond 16 / 0.8 = 20 it was wrong. */
static struct knowledge know_timelines(void)
{
	struct knowledge all = know_all();

	for (size_t i = 0; i < 5; i++)
		library[i].timeline.high = (struct optional_number){ 16, true };
	return all;
}

#define MONTH (30.4375 * DAY)

static enum match_result result_after(double months_since_entry, double months_since_match)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_timelines();
	struct contractor_updated event = update(0, "0_5_million");

	event.tier_since.present = true;
	event.tier_since.value = START -
				 (utc_us)((months_since_entry - months_since_match) * MONTH);
	apply(&contractor, event, "e1", &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_UNDECIDED);
	change_team(&event);
	event.occurred_at += (utc_us)(months_since_match * MONTH);
	apply(&contractor, event, "e2", &all);
	return match_with(&contractor, "a")->result;
}

Test(profile, day2_pattern_result_is_unsuccessful_after_its_time_and_a_year)
{
	cr_expect_eq(result_after(20.1, 12.1), MATCH_UNSUCCESSFUL);
	cr_expect_eq(result_after(19.9, 12.1), MATCH_UNDECIDED, "20 months may be needed");
	cr_expect_eq(result_after(40, 11.9), MATCH_UNDECIDED, "a match has a year's time");
}

Test(profile, the_newest_pattern_tells_the_time_when_nobody_hears_of_the_contractor)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_timelines();
	struct change change;

	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	newest_is(START + (utc_us)(19.9 * MONTH));
	matcher_decide_rematch(&contractor, &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_UNDECIDED);

	for (size_t i = 0; i < contractor.matches_count; i++)
		contractor.matches[i].changed = false;
	newest_is(START + (utc_us)(20.1 * MONTH));
	contractor.changed = false;
	change = matcher_decide_rematch(&contractor, &all);
	cr_assert_not(change.publish, "the matches are the same");
	cr_assert_not(contractor.changed);
	cr_assert(match_with(&contractor, "a")->changed, "but what became of them is stored");
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_UNSUCCESSFUL);
	cr_assert_eq(match_with(&contractor, "a")->updated_at, newest[0]);

	library[0].timeline.high.value = 30;
	matcher_decide_rematch(&contractor, &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_UNDECIDED, "it may take longer");
	cr_assert_eq(match_with(&contractor, "b")->result, MATCH_UNSUCCESSFUL);

	library[1].status = PATTERN_REMOVED;
	matcher_decide_rematch(&contractor, &all);
	cr_assert_eq(match_with(&contractor, "b")->result, MATCH_UNSUCCESSFUL, "stays with it");
}

Test(profile, day2_pattern_result_is_successful_for_who_makes_it_late)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_timelines();

	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	newest_is(START + (utc_us)(30 * MONTH));
	matcher_decide_rematch(&contractor, &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_UNSUCCESSFUL);
	apply(&contractor, update(1000, "5_10_million"), "e2", &all);
	cr_assert_eq(match_with(&contractor, "a")->result, MATCH_SUCCESSFUL);
}

Test(profile, a_pattern_is_not_in_vain_for_who_is_not_in_its_tier_yet)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_timelines();

	library[0].from_revenue_tier = "5_10_million";
	library[0].to_revenue_tier = "11_20_million";
	library[0].confidence_score = 1;
	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	contractor.matches[0].result = MATCH_UNDECIDED;
	newest_is(START + (utc_us)(50 * MONTH));
	matcher_decide_rematch(&contractor, &all);
	for (size_t i = 0; i < contractor.matches_count; i++)
		cr_expect_eq(contractor.matches[i].result,
			     strcmp(contractor.matches[i].pattern_key, "a") == 0
				     ? MATCH_UNDECIDED
				     : MATCH_UNSUCCESSFUL,
			     "%s", contractor.matches[i].pattern_key);
}

Test(sweep, time_goes_on_by_the_patterns_that_concern_a_tier)
{
	struct arena own;
	const utc_us *by_tier;
	struct pattern low = pattern("low", "0_5_million", "5_10_million", 0.5);
	struct pattern high = pattern("high", "11_20_million", "21_30_million", 0.5);
	const struct pattern *both[] = { &low, &high };

	low.as_of = 5;
	high.as_of = 9;
	arena_init(&own);
	by_tier = matcher_newest_by_tier(&default_vocabulary, both, 2, &own);
	cr_expect_eq(by_tier[0], 5);
	cr_expect_eq(by_tier[1], 9, "one below and one above: the newer");
	cr_expect_eq(by_tier[2], 9);
	cr_expect_eq(by_tier[5], 0, "nobody there is looked at because of these");
	arena_release(&own);
}

Test(sweep, concerns_the_tiers_around_what_changed)
{
	static const struct pattern second = { .from_revenue_tier = "5_10_million" };
	static const struct pattern last = { .from_revenue_tier = "300_plus_million" };
	static const struct pattern strange = { .from_revenue_tier = "of_tomorrow" };
	static const struct {
		const char *name;
		const struct pattern *items[2];
		size_t count;
		bool unknown;
		const char *tiers;
	} cases[] = {
		{ "nothing", { NULL }, 0, false, "" },
		{ "the second", { &second }, 1, false, "0_5_million 5_10_million 11_20_million" },
		{ "the last and one of no tier",
		  { &last, &strange },
		  2,
		  false,
		  "151_300_million 300_plus_million" },
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct pattern *items[] = { cases[i].items[0], cases[i].items[1] };
		struct changed_patterns changed = { items, cases[i].count, cases[i].unknown };
		struct texts tiers = matcher_concerned_tiers(&vocabulary, &changed, &arena);
		const char *text = "";

		for (size_t k = 0; k < tiers.count; k++)
			text = arena_printf(&arena, "%s%s%s", text, k ? " " : "", tiers.items[k]);
		cr_expect_str_eq(text, cases[i].tiers, "%s", cases[i].name);
	}

	const struct pattern *forgotten[] = { NULL };
	struct changed_patterns one = { forgotten, 1, false }, more = { forgotten, 0, true };

	cr_expect_eq(matcher_concerned_tiers(&vocabulary, &one, &arena).count,
		     vocabulary.tiers.count);
	cr_expect_eq(matcher_concerned_tiers(&vocabulary, &more, &arena).count,
		     vocabulary.tiers.count);
	tear_down();
}

Test(profile, the_same_profile_against_another_library_keeps_its_time)
{
	struct contractor contractor = stranger();
	struct knowledge nothing = know_nothing();
	struct change change;

	apply(&contractor, update(0, "0_5_million"), "e1", &nothing);
	contractor.changed = false;

	struct knowledge all = know_all();

	change = apply(&contractor, update(9, "0_5_million"), "e2", &all);
	cr_assert(change.publish && change.matches);
	cr_assert_not(contractor.changed);
	cr_assert_eq(change.matched.occurred_at, START);
	cr_assert_eq(change.matched.matches.count, 3);
	cr_assert_eq(contractor.occurred_at, START);
	cr_assert_str_eq(contractor.event_id, "e1");
	cr_assert_eq(match_with(&contractor, "a")->applied_at, START);
}

Test(profile, day2_is_matched_again_when_the_library_changes)
{
	struct contractor contractor = stranger();
	struct knowledge nothing = know_nothing();
	struct change change;

	apply(&contractor, update(0, "0_5_million"), "e1", &nothing);
	cr_assert_not(matcher_decide_rematch(&contractor, &nothing).publish);

	struct knowledge all = know_all();

	contractor.changed = false;
	change = matcher_decide_rematch(&contractor, &all);
	cr_assert(change.publish && change.matches);
	cr_assert_not(contractor.changed, "the profile is the same");
	cr_assert_eq(change.matched.occurred_at, START);
	cr_assert_eq(change.matched.matches.count, 3);
	cr_assert_not(matcher_decide_rematch(&contractor, &all).publish, "again");

	library[1].version = 2;
	change = matcher_decide_rematch(&contractor, &all);
	cr_assert(change.publish, "another version");
	cr_assert_eq(match_with(&contractor, "b")->pattern_version, 2);
	cr_assert_eq(match_with(&contractor, "b")->applied_at, START, "applied before");

	library[0].status = PATTERN_REMOVED;
	change = matcher_decide_rematch(&contractor, &all);
	cr_assert_eq(change.matched.matches.count, 3);
	cr_assert_str_eq(change.matched.matches.items[0].pattern_key, "b");
	cr_assert_eq(contractor.matches_count, 4);
	cr_assert_eq(match_with(&contractor, "a")->rank, 0);
}

/* Half of what the first pattern's levellers have in common: a part that scores as the unknown
 * does. */
static void tell_half_of_focus(struct contractor_updated *event)
{
	static const char *areas[] = { "closing_sales" };

	event->focus_areas = (struct texts){ areas, 1 };
}

static void tell_half_of_team(struct contractor_updated *event)
{
	event->team_size = (struct int_or_text){ .number = 24, .present = true };
}

static void tell_half_of_stage(struct contractor_updated *event)
{
	event->current_stage = "scaling";
}

static struct knowledge know_what_is_common(void)
{
	static struct pattern_item areas[] = { { .item = "closing_sales", .usage_rate = 0.5 },
					       { .item = "referral_growth", .usage_rate = 0.5 } };
	static struct stage_share stages[] = { { "growth", 0.6 }, { "scaling", 0.3 } };
	struct knowledge all = know_all();

	library[0].common_focus_areas = (pattern_items){ areas, 2 };
	library[0].team_median = (struct optional_number){ 12, true };
	library[0].stages.items = stages;
	library[0].stages.count = 2;
	return all;
}

static void store(struct contractor *contractor)
{
	for (size_t i = 0; i < contractor->matches_count; i++) {
		contractor->matches[i].changed = false;
		contractor->matches[i].reason = NULL;
	}
}

Test(profile, the_reason_follows_what_is_known_also_where_it_scores_as_the_unknown)
{
	static const char nothing_known[] =
		"Revenue tier aligns; focus areas, team size and stage unknown";
	static const struct {
		const char *name;
		void (*tell)(struct contractor_updated *event);
		const char *reason;
	} cases[] = {
		{ "focus areas", tell_half_of_focus,
		  "Revenue tier and focus areas align; team size and stage unknown" },
		{ "team size", tell_half_of_team,
		  "Revenue tier and team size align; focus areas and stage unknown" },
		{ "stage", tell_half_of_stage,
		  "Revenue tier and stage align; focus areas and team size unknown" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct contractor contractor = stranger();
		struct knowledge all = know_what_is_common();
		struct contractor_updated told = update(1, "0_5_million");
		const struct match *match;

		apply(&contractor, update(0, "0_5_million"), "e1", &all);
		match = match_with(&contractor, "a");
		cr_expect_str_eq(match->reason, nothing_known);
		store(&contractor);

		cases[i].tell(&told);
		apply(&contractor, told, "e2", &all);
		cr_expect_float_eq(match->score, 0.65, 1e-12);
		cr_expect(match->changed, "%s are known now", cases[i].name);
		cr_expect_str_eq(match->reason ? match->reason : "as before", cases[i].reason);
		cr_expect_not(match_with(&contractor, "b")->changed, "it does not look at %s",
			      cases[i].name);
		store(&contractor);

		apply(&contractor, update(2, "0_5_million"), "e3", &all);
		cr_expect(match->changed, "%s are unknown again", cases[i].name);
		cr_expect_str_eq(match->reason ? match->reason : "as before", nothing_known);
	}
}

Test(profile, a_match_is_not_older_than_its_pattern)
{
	struct contractor contractor = stranger();
	struct knowledge all = know_all();

	library[0].as_of = START + 30 * DAY;
	apply(&contractor, update(0, "0_5_million"), "e1", &all);
	cr_assert_eq(match_with(&contractor, "a")->applied_at, START + 30 * DAY);
	apply(&contractor, update(1, "151_300_million"), "e2", &all);
	cr_assert_eq(match_with(&contractor, "a")->updated_at, START + 30 * DAY, "never back");
}

Test(profile, an_unknown_tier_is_poison)
{
	struct matcher_config config = { .vocabulary = vocabulary };
	struct contractor_updated event = update(0, "5_10_million");
	struct err err = { 0 };

	cr_assert(matcher_check_profile(&event, &config, &err));
	event.revenue_tier = "huge";
	cr_assert_not(matcher_check_profile(&event, &config, &err));
	cr_assert_eq(err.kind, ERR_POISON);
	cr_assert_str_eq(err.text, "revenue_tier: \"huge\" is not a configured tier");
}
