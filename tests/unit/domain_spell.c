/* The rules of runs, entry, time zero, event and censoring, one by one; then what counts as done in
 * a spell. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "arena.h"
#include "instant.h"
#include "spell.h"

#define DAY US_PER_DAY
#define START (INT64_C(19000) * US_PER_DAY)
#define FROM 1
#define TO 2

struct span_case {
	const char *name;
	/*
	 * Profiles as "day=tier", with tier ? for an unknown one, then what else they say:
	 * ",closed" ",deleted" ",inactive" ",since=DAY" ",heard=DAY". "DAY" alone is an action.
	 */
	const char *history;
	int as_of; /* a day */
	bool none;
	int enter, leave;
	bool event, first_seen;
};

static const struct span_case cases[] = {
	{ "observed_entry_and_level_up", "0=0 10=1 110=2", 500, .leave = 100, .event = true },
	{ "a_skipped_tier_counts", "0=0 10=1 110=4", 500, .leave = 100, .event = true },
	{ "first_seen_in_the_tier", "0=1 100=2", 500, .leave = 100, .event = true,
	  .first_seen = true },
	{ "a_level_held_before_is_a_recovery", "0=2 100=1 200=2", 500, .none = true },
	{ "never_in_the_tier", "0=0", 500, .none = true },
	{ "the_skipped_tier_has_no_spell", "0=0 100=3", 500, .none = true },
	{ "falling_back_does_not_end_it", "0=0 10=1 60=0 110=1 210=2", 500, .leave = 200,
	  .event = true },
	{ "a_higher_tier_for_29_days_is_a_mistake", "0=0 10=1 110=2 139=1", 500, .leave = 490 },
	{ "a_higher_tier_for_30_days_is_not", "0=0 10=1 110=2 140=1", 500, .leave = 100,
	  .event = true },
	{ "a_short_run_before_a_higher_one_is_no_mistake", "0=0 10=1 20=2", 500, .leave = 10,
	  .event = true },
	{ "the_last_run_is_no_mistake", "0=0 10=1 490=2", 500, .leave = 480, .event = true },
	{ "mistakes_on_top_of_each_other", "0=0 10=1 50=2 60=3 70=1", 500, .leave = 490 },
	{ "two_mistakes_that_last_30_days_together", "0=0 10=1 50=2 70=3 85=1", 500, .leave = 40,
	  .event = true },
	{ "a_mistaken_entry", "0=0 10=1 20=0 100=1 200=2", 500, .leave = 100, .event = true },
	{ "neighbours_of_a_mistake_are_one_run", "0=1 100=3 110=1 200=2", 500, .leave = 200,
	  .event = true, .first_seen = true },
	{ "unknown_tiers_are_skipped", "0=0 10=1 50=? 60=1 110=2", 500, .leave = 100,
	  .event = true },
	{ "unknown_first_tier", "0=? 10=1", 500, .leave = 490, .first_seen = true },
	{ "closing_ends_it", "0=0 10=1 60=1,closed 110=2", 500, .leave = 50 },
	{ "deletion_ends_it", "0=0 10=1 60=1,deleted", 500, .leave = 50 },
	{ "closing_with_a_level_up_is_none", "0=0 10=1 60=2,closed", 500, .leave = 50 },
	{ "inactive_goes_on", "0=0 10=1 60=1,inactive", 500, .leave = 490 },
	{ "closed_on_the_day_of_entry", "0=0 10=1 10=1,closed", 500, .none = true },
	{ "what_lies_after_as_of_is_not_known", "0=0 10=1 110=2", 109, .leave = 99 },
	{ "as_of_itself_is_known", "0=0 10=1 110=2", 110, .leave = 100, .event = true },
	{ "closing_after_as_of_is_not_known", "0=0 10=1 60=1,closed", 50, .leave = 40 },
	{ "tier_since_is_a_delayed_entry", "0=1,since=-100 50=2", 500, .enter = 100, .leave = 150,
	  .event = true },
	{ "tier_since_on_the_day_of_first_sight", "0=1,since=0 50=2", 500, .leave = 50,
	  .event = true },
	{ "tier_since_in_the_future_is_ignored", "0=1,since=1 50=2", 500, .leave = 50,
	  .event = true, .first_seen = true },
	{ "tier_since_of_a_later_run_is_ignored", "0=0 10=1,since=-100 60=2", 500, .leave = 50,
	  .event = true },
	{ "an_event_takes_at_least_a_day", "0=1,since=-100 0=2", 500, .enter = 100, .leave = 101,
	  .event = true },
	{ "silence_of_730_days", "0=0 10=1 740=2", 2000, .leave = 730, .event = true },
	{ "silence_of_731_days", "0=0 10=1 741=2", 2000, .leave = 730 },
	{ "the_end_counts_too", "0=0 10=1", 2000, .leave = 730 },
	{ "silence_after_a_later_sign", "0=0 10=1 410=1", 2000, .leave = 1130 },
	{ "an_action_is_a_sign_of_life", "0=0 10=1 500 1010=2", 2000, .leave = 1000,
	  .event = true },
	{ "an_unchanged_profile_is_a_sign_of_life", "0=0 10=1,heard=800 1010=2", 2000,
	  .leave = 1000, .event = true },
	{ "heard_until_counts_from_its_end", "0=0 10=1,heard=200", 2000, .leave = 920 },
	{ "heard_after_the_end", "0=0 10=1,heard=5000", 2000, .leave = 1990 },
	{ "a_mistake_is_a_sign_of_life", "0=0 10=1 700=2 710=1", 1400, .leave = 1390 },
	{ "silence_before_the_entry_does_not_matter", "0=0 1000=1 1100=2", 2000, .leave = 100,
	  .event = true },
};

/* Moves *text behind `word` if it starts with it. */
static bool skip(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

static utc_us read_day(const char **text)
{
	char *end;
	long day = strtol(*text, &end, 10);

	*text = end;
	return START + day * DAY;
}

/* What follows "day=". */
static void read_profile(const char **text, struct observation *seen)
{
	seen->tier_rank = skip(text, "?") ? -1 : (int)((read_day(text) - START) / DAY);
	while (skip(text, ",")) {
		if (skip(text, "closed"))
			seen->status = STATUS_CLOSED;
		else if (skip(text, "deleted"))
			seen->status = STATUS_DELETED;
		else if (skip(text, "inactive"))
			seen->status = STATUS_INACTIVE;
		else if (skip(text, "since="))
			seen->tier_since = (struct optional_time){ read_day(text), true };
		else if (skip(text, "heard="))
			seen->heard_until = read_day(text);
		else
			cr_assert_fail("what is %s?", *text);
	}
}

static struct history history_of(const char *text, struct arena *arena)
{
	struct observation *observations = arena_array(arena, struct observation, 8);
	struct action *actions = arena_array(arena, struct action, 8);
	struct history history = { .observations = observations, .actions = actions };

	while (*text) {
		const char *id = arena_printf(arena, "%04zu", strlen(text));
		utc_us time = read_day(&text);

		if (skip(&text, "=")) {
			struct observation *seen = &observations[history.observations_count++];

			*seen = (struct observation){ .time = time, .event_id = id };
			read_profile(&text, seen);
		} else {
			actions[history.actions_count++] = (struct action){ .time = time,
									    .event_id = id,
									    .kind = ACTION_BOOK,
									    .item = "traction" };
		}
		skip(&text, " ");
	}
	return history;
}

ParameterizedTestParameters(spell, span)
{
	static size_t indexes[sizeof(cases) / sizeof(cases[0])];
	size_t count = sizeof(cases) / sizeof(cases[0]);

	for (size_t i = 0; i < count; i++)
		indexes[i] = i;
	return cr_make_param_array(size_t, indexes, count);
}

ParameterizedTest(size_t *index, spell, span)
{
	const struct span_case *c = &cases[*index];
	struct arena arena;

	arena_init(&arena);

	struct history history = history_of(c->history, &arena);
	struct runs runs = runs_of(&history, START + c->as_of * DAY, &default_constants, &arena);
	struct spell spell;
	bool found = spell_of(&history, &runs, FROM, TO, &default_constants, &arena, &spell);

	cr_assert_eq(found, !c->none, "%s", c->name);
	if (found) {
		cr_assert_eq(spell.enter, c->enter, "%s: E = %d", c->name, (int)spell.enter);
		cr_assert_eq(spell.leave, c->leave, "%s: D = %d", c->name, (int)spell.leave);
		cr_assert_eq(spell.event, c->event, "%s: event", c->name);
		cr_assert_eq(spell.basis, c->first_seen ? BASIS_FIRST_SEEN : BASIS_OBSERVED,
			     "%s: basis", c->name);
	}
	arena_release(&arena);
}

/* Entry on day 10 at noon with closing_sales, level-up on day 200 at noon. */
#define NOON (DAY / 2)
#define AT(day) (START + (day)*DAY + NOON)

static const char *entry_areas[] = { "closing_sales" };
static const char *later_areas[] = { "closing_sales", "referral_growth" };
static const struct observation observations[] = {
	{ .time = START, .event_id = "1", .tier_rank = 0, .focus_areas = { entry_areas, 1 } },
	{ .time = AT(10), .event_id = "2", .tier_rank = 1, .focus_areas = { entry_areas, 1 } },
	{ .time = AT(60), .event_id = "3", .tier_rank = 1, .focus_areas = { later_areas, 2 } },
	{ .time = AT(200), .event_id = "4", .tier_rank = 2, .focus_areas = { later_areas, 2 } },
};

static struct spell spell_with(const struct action *actions, size_t count, struct arena *arena)
{
	struct history history = { observations, 4, actions, count, 1 };
	struct runs runs = runs_of(&history, AT(400), &default_constants, arena);
	struct spell spell;

	cr_assert(spell_of(&history, &runs, FROM, TO, &default_constants, arena, &spell));
	return spell;
}

static const struct spell_item *item_of(const struct spell *spell, enum action_kind kind,
					const char *item)
{
	for (size_t i = 0; i < spell->items_count; i++)
		if (spell->items[i].kind == kind && strcmp(spell->items[i].item, item) == 0)
			return &spell->items[i];
	return NULL;
}

Test(spell, only_what_happens_inside_counts)
{
	const struct action actions[] = {
		{ AT(10) - 1, "1", ACTION_BOOK, "before", NULL, { 0 } },
		{ AT(10), "2", ACTION_BOOK, "at_entry", NULL, { 0 } },
		{ AT(12) - 1, "3", ACTION_BOOK, "second_day", NULL, { 0 } },
		{ AT(200) - 1, "4", ACTION_BOOK, "last_moment", NULL, { 0 } },
		{ AT(200), "5", ACTION_BOOK, "at_the_level_up", NULL, { 0 } },
	};
	struct arena arena;

	arena_init(&arena);

	struct spell spell = spell_with(actions, 5, &arena);

	cr_assert_null(item_of(&spell, ACTION_BOOK, "before"));
	cr_assert_null(item_of(&spell, ACTION_BOOK, "at_the_level_up"));
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "at_entry")->day, 0);
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "at_entry")->onset, 30);
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "second_day")->day, 1);
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "last_moment")->day, 189);
	arena_release(&arena);
}

Test(spell, focus_areas_are_states_at_entry_and_acts_later)
{
	const struct action actions[] = {
		{ AT(30), "1", ACTION_FOCUS_AREA, "hiring_skilled_team", NULL, { 0 } },
		{ AT(40), "2", ACTION_FOCUS_AREA, "closing_sales", NULL, { 0 } },
		{ AT(50), "3", ACTION_FOCUS_AREA, "referral_growth", NULL, { 0 } },
	};
	struct arena arena;

	arena_init(&arena);

	struct spell spell = spell_with(actions, 3, &arena);

	cr_assert_eq(spell.items_count, 3);
	cr_assert(item_of(&spell, ACTION_FOCUS_AREA, "closing_sales")->held);
	cr_assert_eq(item_of(&spell, ACTION_FOCUS_AREA, "closing_sales")->onset, 0);
	cr_assert_not(item_of(&spell, ACTION_FOCUS_AREA, "referral_growth")->held);
	/* The action showed it ten days before the profile did. */
	cr_assert_eq(item_of(&spell, ACTION_FOCUS_AREA, "referral_growth")->day, 40);
	cr_assert_eq(item_of(&spell, ACTION_FOCUS_AREA, "hiring_skilled_team")->onset, 50);
	arena_release(&arena);
}

Test(spell, the_first_day_the_latest_rating_and_the_latest_name)
{
	const struct action actions[] = {
		{ AT(20), "1", ACTION_PARTNER, "5", "Build Pro", { 2, true } },
		{ AT(30), "2", ACTION_PARTNER, "5", "BuildPro", { 4, true } },
		{ AT(40), "3", ACTION_PARTNER, "5", NULL, { 0 } },
		{ AT(50), "4", ACTION_BOOK, "traction", "Traction", { 5, true } },
		{ AT(50), "5", ACTION_EVENT, "5", "Fifth", { 0 } },
	};
	struct arena arena;

	arena_init(&arena);

	struct spell spell = spell_with(actions, 5, &arena);
	const struct spell_item *partner = item_of(&spell, ACTION_PARTNER, "5");

	cr_assert_eq(partner->day, 10);
	cr_assert_eq(partner->rating, 4);
	cr_assert_str_eq(partner->name, "BuildPro");
	cr_assert_eq(partner->name_time, AT(30));
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "traction")->rating, 0,
		     "only partners are rated");
	cr_assert_str_eq(item_of(&spell, ACTION_EVENT, "5")->name, "Fifth", "kinds are kept apart");
	arena_release(&arena);
}

/* As they were taken in before there was a limit. */
Test(spell, what_no_index_takes_is_a_sign_of_life_and_no_item)
{
	char longest[1001], longer[1002];
	const struct action actions[] = {
		{ AT(20), "1", ACTION_PARTNER, longest, NULL, { 0 } },
		{ AT(30), "2", ACTION_PARTNER, longer, NULL, { 5, true } },
		{ AT(40), "3", ACTION_FOCUS_AREA, longer, NULL, { 0 } },
		{ AT(50), "4", ACTION_BOOK, "traction", NULL, { 0 } },
	};
	struct arena arena;

	memset(longest, 'x', sizeof(longest));
	memset(longer, 'x', sizeof(longer));
	longest[1000] = longer[1001] = '\0';
	arena_init(&arena);

	struct spell spell = spell_with(actions, 4, &arena);

	cr_expect(item_of(&spell, ACTION_PARTNER, longest));
	cr_expect(item_of(&spell, ACTION_BOOK, "traction"));
	cr_expect_null(item_of(&spell, ACTION_PARTNER, longer));
	cr_expect_null(item_of(&spell, ACTION_FOCUS_AREA, longer));

	/* Heard of after 700 days, he is not given up at 730. */
	const struct observation seen[] = { { .time = START, .tier_rank = FROM },
					    { .time = AT(1400), .tier_rank = TO } };
	const struct action sign = { AT(700), "1", ACTION_PARTNER, longer, NULL, { 0 } };
	struct history history = { seen, 2, &sign, 1, 1 };
	struct runs runs = runs_of(&history, AT(1500), &default_constants, &arena);

	cr_assert(spell_of(&history, &runs, FROM, TO, &default_constants, &arena, &spell));
	cr_expect(spell.event);
	cr_expect_eq(spell.items_count, 0);
	arena_release(&arena);
}

/* A pattern with a few of them would be more than a message holds. */
Test(spell, names_areas_and_stages_that_are_too_long_are_not_learnt)
{
	char longest[1001], longer[1002];
	const char *areas[] = { longer, "closing_sales", longest };
	const struct action actions[] = {
		{ AT(20), "1", ACTION_PARTNER, "5", "BuildPro", { 0 } },
		{ AT(30), "2", ACTION_PARTNER, "5", longer, { 4, true } },
		{ AT(40), "3", ACTION_BOOK, "traction", longest, { 0 } },
	};
	struct observation seen[] = {
		{ .time = START, .tier_rank = FROM, .stage = longer, .focus_areas = { areas, 3 } },
		{ .time = AT(200), .tier_rank = TO },
	};
	struct history history = { seen, 2, actions, 3, 1 };
	struct arena arena;
	struct spell spell;

	memset(longest, 'x', sizeof(longest));
	memset(longer, 'x', sizeof(longer));
	longest[1000] = longer[1001] = '\0';
	arena_init(&arena);

	struct runs runs = runs_of(&history, AT(400), &default_constants, &arena);

	cr_assert(spell_of(&history, &runs, FROM, TO, &default_constants, &arena, &spell));
	cr_expect_null(spell.stage);
	cr_expect_eq(spell.items_count, 4);
	cr_expect_null(item_of(&spell, ACTION_FOCUS_AREA, longer));
	cr_expect(item_of(&spell, ACTION_FOCUS_AREA, longest)->held);
	cr_expect(item_of(&spell, ACTION_FOCUS_AREA, "closing_sales")->held);
	cr_expect_str_eq(item_of(&spell, ACTION_PARTNER, "5")->name, "BuildPro");
	cr_expect_eq(item_of(&spell, ACTION_PARTNER, "5")->rating, 4, "all else counts");
	cr_expect_str_eq(item_of(&spell, ACTION_BOOK, "traction")->name, longest);

	seen[0].stage = longest;
	cr_assert(spell_of(&history, &runs, FROM, TO, &default_constants, &arena, &spell));
	cr_expect_str_eq(spell.stage, longest);
	arena_release(&arena);
}

/* He had it when first seen; that he began it in the tier, before we saw him, makes it no act. */
Test(spell, what_is_held_at_first_sight_is_a_state)
{
	const struct observation seen[] = {
		{ .time = START,
		  .tier_rank = 1,
		  .focus_areas = { entry_areas, 1 },
		  .tier_since = { START - 100 * DAY, true } },
		{ .time = START + 100 * DAY, .tier_rank = 2 },
	};
	const struct action actions[] = {
		{ START - 101 * DAY, "1", ACTION_BOOK, "before", NULL, { 0 } },
		{ START - 50 * DAY, "2", ACTION_FOCUS_AREA, "closing_sales", NULL, { 0 } },
		{ START - 40 * DAY, "3", ACTION_BOOK, "traction", NULL, { 0 } },
	};
	struct history history = { seen, 2, actions, 3, 1 };
	struct spell spell;
	struct arena arena;

	arena_init(&arena);

	struct runs runs = runs_of(&history, START + 400 * DAY, &default_constants, &arena);

	cr_assert(spell_of(&history, &runs, FROM, TO, &default_constants, &arena, &spell));
	cr_assert_eq(spell.items_count, 2);
	cr_assert(item_of(&spell, ACTION_FOCUS_AREA, "closing_sales")->held);
	cr_assert_eq(item_of(&spell, ACTION_FOCUS_AREA, "closing_sales")->day, 0);
	cr_assert_eq(item_of(&spell, ACTION_BOOK, "traction")->day, 60);
	arena_release(&arena);
}

/* Messages arrive late, twice and in any order: sorted, they are the same history. */
Test(spell, repetitions_change_nothing)
{
	const struct action once[] = {
		{ AT(20), "1", ACTION_PARTNER, "5", "BuildPro", { 2, true } },
		{ AT(20), "2", ACTION_PARTNER, "5", "BuildPro", { 3, true } },
		{ AT(40), "3", ACTION_BOOK, "traction", NULL, { 0 } },
	};
	struct action again[] = { once[2], once[1], once[0], once[1], once[2], once[0] };
	struct arena arena;

	arena_init(&arena);
	history_sort(NULL, 0, again, 6);

	struct spell a = spell_with(once, 3, &arena), b = spell_with(again, 6, &arena);

	cr_assert_eq(a.items_count, b.items_count);
	for (size_t i = 0; i < a.items_count; i++) {
		cr_assert_eq(a.items[i].day, b.items[i].day);
		cr_assert_eq(a.items[i].rating, b.items[i].rating);
		cr_assert_str_eq(a.items[i].item, b.items[i].item);
	}
	cr_assert_eq(item_of(&a, ACTION_PARTNER, "5")->rating, 3,
		     "at one time, the greater event id is later");
	arena_release(&arena);
}

/* A window is a delayed entry: at risk only in it, and who levelled up before it is not in it. */
Test(spell, a_window_is_a_delayed_entry)
{
	struct history history = { observations, 4, NULL, 0, 1 };
	struct constants constants = default_constants;
	struct arena arena;

	arena_init(&arena);

	struct runs runs = runs_of(&history, AT(400), &constants, &arena);
	struct spell spell;

	constants.window_days = 300;
	cr_assert(spell_of(&history, &runs, FROM, TO, &constants, &arena, &spell));
	cr_assert_eq(spell.enter, 90, "day 100 of the history");
	cr_assert_eq(spell.leave, 190);
	cr_assert(spell.event);
	constants.window_days = 200;
	cr_assert_not(spell_of(&history, &runs, FROM, TO, &constants, &arena, &spell));
	constants.window_days = 1000;
	cr_assert(spell_of(&history, &runs, FROM, TO, &constants, &arena, &spell));
	cr_assert_eq(spell.enter, 0);
	arena_release(&arena);
}
