/* When a recalculation is due, which transitions it calculates, and what is a drift. */
#include <criterion/criterion.h>

#include "decide_due.h"
#include "instant.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(due, .init = set_up, .fini = tear_down);

static utc_us at(const char *text)
{
	utc_us time;

	cr_assert(instant_parse(text, strlen(text), &time), "%s", text);
	return time;
}

/* ---- the schedule ---- */

struct due_case {
	const char *name;
	const char *asked_for, *looked_at; /* NULL: never */
	bool begun, calculated;
	enum recalculation_schedule schedule;
	double share;
	const char *now;
	enum due_kind kind;
	const char *at; /* NULL: now */
};

static const struct due_case due_cases[] = {
	{ "nothing has happened yet", NULL, NULL, false, false, SCHEDULE_MONTHLY, 0.1,
	  "2024-07-15T12:00:00Z", DUE_NOTHING, NULL },
	{ "what has begun is not made up for", NULL, NULL, true, false, SCHEDULE_MONTHLY, 0.1,
	  "2024-07-15T12:00:00Z", DUE_BEGINNING, "2024-07-01T00:00:00Z" },
	{ "this month is done", "2024-07-01T00:00:00Z", NULL, true, false, SCHEDULE_MONTHLY, 0.1,
	  "2024-07-31T23:59:59.999999Z", DUE_NOTHING, NULL },
	{ "the first instant of the next", "2024-07-01T00:00:00Z", NULL, true, false,
	  SCHEDULE_MONTHLY, 0.1, "2024-08-01T00:00:00Z", DUE_MONTHLY, "2024-08-01T00:00:00Z" },
	{ "over the year's end", "2024-12-01T00:00:00Z", NULL, true, false, SCHEDULE_MONTHLY, 0.1,
	  "2025-01-01T00:00:01Z", DUE_MONTHLY, "2025-01-01T00:00:00Z" },
	{ "twelve months are caught up once, for the latest", "2023-07-01T00:00:00Z", NULL, true,
	  false, SCHEDULE_MONTHLY, 0.1, "2024-07-15T12:00:00Z", DUE_MONTHLY,
	  "2024-07-01T00:00:00Z" },
	{ "a clock that went back", "2024-08-01T00:00:00Z", NULL, true, false, SCHEDULE_MONTHLY,
	  0.1, "2024-07-15T12:00:00Z", DUE_NOTHING, NULL },
	{ "switched off", "2023-07-01T00:00:00Z", NULL, true, false, SCHEDULE_OFF, 0,
	  "2024-07-15T12:00:00Z", DUE_NOTHING, NULL },
	{ "drift was never looked for", NULL, NULL, true, true, SCHEDULE_OFF, 0.1,
	  "2024-07-15T12:00:00Z", DUE_DRIFT, NULL },
	{ "not an hour ago", NULL, "2024-07-15T11:00:00.001Z", true, true, SCHEDULE_OFF, 0.1,
	  "2024-07-15T12:00:00Z", DUE_NOTHING, NULL },
	{ "an hour ago", NULL, "2024-07-15T11:00:00Z", true, true, SCHEDULE_OFF, 0.1,
	  "2024-07-15T12:00:00Z", DUE_DRIFT, NULL },
	{ "nothing was calculated yet", NULL, NULL, true, false, SCHEDULE_OFF, 0.1,
	  "2024-07-15T12:00:00Z", DUE_NOTHING, NULL },
	{ "drift is off", NULL, NULL, true, true, SCHEDULE_OFF, 0, "2024-07-15T12:00:00Z",
	  DUE_NOTHING, NULL },
	{ "the month comes first", "2024-07-01T00:00:00Z", NULL, true, true, SCHEDULE_MONTHLY, 0.1,
	  "2024-08-01T00:00:00Z", DUE_MONTHLY, "2024-08-01T00:00:00Z" },
};

static struct optional_time optional_at(const char *text)
{
	return (struct optional_time){ text ? at(text) : 0, text != NULL };
}

Test(due, day6_monthly_recalculation_is_due_by_the_clock)
{
	for (size_t i = 0; i < sizeof(due_cases) / sizeof(due_cases[0]); i++) {
		const struct due_case *c = &due_cases[i];
		struct schedule_state state = { optional_at(c->asked_for),
						optional_at(c->looked_at), c->begun,
						c->calculated };
		struct recalculation_options options = { c->schedule, c->share, 3600000, 2 };
		struct due due = decide_due(&state, &options, at(c->now));

		cr_expect(due.kind == c->kind, "%s: %d instead of %d", c->name, due.kind, c->kind);
		if (c->kind != DUE_NOTHING)
			cr_expect(due.at == at(c->at ? c->at : c->now), "%s: when", c->name);
	}
}

/* ---- transitions ---- */

#define MAY "2024-05-01T00:00:00Z"
#define JUNE "2024-06-01T00:00:00Z"
#define JULY "2024-07-01T00:00:00Z"

struct transition_case {
	const char *name;
	const char *as_of, *horizon; /* of the last calculation; NULL: never */
	int64_t changed;
	const char *only, *wanted_as_of, *settings;
	bool due;
};

static const struct transition_case transition_cases[] = {
	{ "never calculated", NULL, NULL, 0, NULL, JUNE, "s", true },
	{ "nothing new", JUNE, JUNE, 0, NULL, JUNE, "s", false },
	{ "a later time alone is nothing new", JUNE, JUNE, 0, NULL, JULY, "s", false },
	{ "a contractor has changed", JUNE, JUNE, 1, NULL, JULY, "s", true },
	{ "other settings", JUNE, JUNE, 0, NULL, JULY, "t", true },
	{ "back in time", JUNE, JUNE, 0, NULL, MAY, "s", true },
	{ "forward again", MAY, JUNE, 0, NULL, JUNE, "s", true },
	{ "forward beyond where it was", MAY, JUNE, 0, NULL, JULY, "s", true },
	{ "the same time in the past again", MAY, JUNE, 0, NULL, MAY, "s", false },
	{ "asked for by key", JUNE, JUNE, 0, "a>b", JUNE, "s", true },
	{ "another was asked for", JUNE, JUNE, 7, "b>c", MAY, "t", false },
	{ "another was asked for, this one is new", NULL, NULL, 0, "b>c", MAY, "s", false },
};

Test(due, a_transition_is_when_something_has_changed)
{
	for (size_t i = 0; i < sizeof(transition_cases) / sizeof(transition_cases[0]); i++) {
		const struct transition_case *c = &transition_cases[i];
		struct transition_state state = {
			.transition = "a>b",
			.as_of = optional_at(c->as_of),
			.horizon = c->horizon ? at(c->horizon) : 0,
			.settings = "s",
			.changed = c->changed,
		};
		struct wish wish = { c->only, at(c->wanted_as_of), c->settings };

		cr_expect_eq(transition_is_due(&state, &wish), c->due, "%s", c->name);
	}
}

static struct pattern_voters voters_of_pattern(const char *key, size_t count)
{
	struct voter_score *voters = arena_array(&arena, struct voter_score, count);

	for (size_t i = 0; i < count; i++)
		voters[i] = (struct voter_score){ .voter = { { (unsigned char)i } }, .score = 1 };
	return (struct pattern_voters){ key, voters, count };
}

static bool voted(const char *key, enum pattern_status status, size_t told, size_t now)
{
	const struct pattern pattern = { .pattern_key = "a>b/lead_improvement", .status = status };
	const struct pattern *known[] = { &pattern };
	const struct pattern_voters before = voters_of_pattern("", told);
	const struct publication publication = { .pattern_key = key,
						 .voters = voters_fingerprints(&before, &arena) };
	const struct pattern_voters after = voters_of_pattern(key, now);
	const struct votes votes = { .count = 1, .voters = &after };
	const struct analysis analysis = { .known = known,
					   .known_count = 1,
					   .publications = &publication,
					   .publications_count = 1,
					   .votes = &votes,
					   .k = 5 };
	struct transition_state states[] = { { .transition = "b>c" }, { .transition = "a>b" } };

	note_votes(states, 2, &analysis, &arena);
	cr_expect(!states[0].voted, "another transition's");
	return states[1].voted;
}

Test(due, day6_a_transition_is_when_five_voters_have_voted)
{
	struct transition_state state = { .transition = "a>b",
					  .as_of = { 1, true },
					  .settings = "s" };
	struct wish wish = { NULL, 1, "s" };

	cr_expect(!voted("a>b/lead_improvement", PATTERN_ACTIVE, 10, 14), "four more");
	cr_expect(voted("a>b/lead_improvement", PATTERN_ACTIVE, 10, 15), "five more");
	cr_expect(voted("a>b/lead_improvement", PATTERN_DOWNGRADED, 10, 5), "five fewer");
	cr_expect(!voted("a>b/lead_improvement", PATTERN_REMOVED, 0, 99), "there is no pattern");
	cr_expect(!voted("a>b/revenue_growth", PATTERN_ACTIVE, 0, 99), "it was never published");
	cr_expect(!transition_is_due(&state, &wish));
	state.voted = true;
	cr_expect(transition_is_due(&state, &wish));
}

Test(due, patterns_belong_to_their_transition)
{
	cr_expect_str_eq(transition_of_key("a>b/lead_improvement", &arena), "a>b");
	cr_expect_str_eq(transition_of_key("a>b", &arena), "a>b");
	cr_expect(key_is_of("a>b/revenue_growth", "a>b"));
	cr_expect(!key_is_of("a>bc/revenue_growth", "a>b"));
	cr_expect(!key_is_of("a>b/revenue_growth", "a>bc"));
}

Test(due, settings_are_what_patterns_depend_on)
{
	struct analyzer_config config = { .vocabulary = default_vocabulary,
					  .constants = default_constants };
	const char *before = settings_fingerprint(&config, &arena);

	cr_expect_str_eq(settings_fingerprint(&config, &arena), before);
	config.recalculation.drift_share = 0.7;
	config.recalculation.threads = 7;
	cr_expect_str_eq(settings_fingerprint(&config, &arena), before);
	config.constants.lag_days++;
	cr_expect_str_neq(settings_fingerprint(&config, &arena), before);
	config.constants = default_constants;
	config.vocabulary.tiers.count--;
	cr_expect_str_neq(settings_fingerprint(&config, &arena), before);
}

/* ---- drift ---- */

static struct transition_state state_with(const char *from, const char *to, int64_t at_risk,
					  int64_t changed)
{
	return (struct transition_state){
		.transition = arena_printf(&arena, "%s>%s", from, to),
		.from_tier = from,
		.to_tier = to,
		.as_of = { 1, true },
		.event_id = "last",
		.at_risk = at_risk,
		.changed = changed,
	};
}

Test(due, drift_is_more_than_the_share_of_a_cohort)
{
	struct drift drift;
	struct transition_state state = state_with("a", "b", 100, 10);

	cr_expect(!find_drift(&state, 1, 0.1, 5, &drift, &arena), "exactly the share");
	state.changed = 11;
	cr_assert(find_drift(&state, 1, 0.1, 5, &drift, &arena));
	cr_expect_str_eq(drift.pattern_key, "a>b/revenue_growth");
	cr_expect(!find_drift(&state, 1, 0, 5, &drift, &arena), "switched off");
	state = state_with("a", "b", 10, 4);
	cr_expect(!find_drift(&state, 1, 0.1, 5, &drift, &arena), "fewer than k");
	state = state_with("a", "b", 100, 50);
	state.as_of.present = false;
	cr_expect(!find_drift(&state, 1, 0.1, 5, &drift, &arena), "never calculated");
}

Test(due, an_erasure_does_not_wait_for_others)
{
	struct drift drift;
	struct transition_state state = state_with("a", "b", 100, 1);

	cr_expect(!find_drift(&state, 1, 0.1, 5, &drift, &arena));
	state.erased_at = (struct optional_time){ 1, true };
	cr_expect(find_drift(&state, 1, 0.1, 5, &drift, &arena), "to be looked at");
	state.erased_at.present = false;
	state.overdue = true;
	cr_expect(find_drift(&state, 1, 0.1, 5, &drift, &arena), "to be withdrawn");
	cr_expect(!find_drift(&state, 1, 0, 5, &drift, &arena), "switched off");
}

Test(due, a_drift_is_the_same_until_it_is_calculated)
{
	struct drift first, again, after;
	struct transition_state state = state_with("a", "b", 100, 11);

	cr_assert(find_drift(&state, 1, 0.1, 5, &first, &arena));
	state.changed = 70;
	cr_assert(find_drift(&state, 1, 0.1, 5, &again, &arena));
	cr_expect_str_eq(first.cause, again.cause);
	state.event_id = "next";
	cr_assert(find_drift(&state, 1, 0.1, 5, &after, &arena));
	cr_expect_str_neq(first.cause, after.cause);
}

Test(due, several_drifts_are_one_request)
{
	struct drift drift;
	struct transition_state states[] = { state_with("a", "b", 100, 11),
					     state_with("b", "c", 100, 1),
					     state_with("c", "d", 100, 90) };

	cr_assert(find_drift(states, 3, 0.1, 5, &drift, &arena));
	cr_expect(drift.pattern_key == NULL);
	cr_expect_str_eq(drift.cause, "drift/a>b/last/c>d/last");
}
