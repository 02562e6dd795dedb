/* The simulated history: the same for the same seed, made of messages that workers take, and with
 * growth in it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decide_dice.h"
#include "decide_emit.h"
#include "decide_simulate.h"
#include "decide_simulate_world.h"
#include "identity.h"
#include "instant.h"
#include "options.h"

static struct arena arena;
static struct vocabulary vocabulary;

static void load_vocabulary(void)
{
	static const struct option_group groups[] = { { vocabulary_options, 0 }, { 0 } };
	struct option_sources sources = { 0 };
	struct err err = { 0 };

	arena_init(&arena);
	cr_assert(options_load(groups, NULL, &sources, &vocabulary, &arena, &err), "%s", err.text);
}

static void drop_vocabulary(void)
{
	arena_release(&arena);
}

TestSuite(simulate, .init = load_vocabulary, .fini = drop_vocabulary);

static struct simulation_options options(int64_t contractors, uint64_t seed)
{
	return (struct simulation_options){
		.contractors = contractors,
		.seed = seed,
		.from = 18077 * US_PER_DAY, /* 2019-06-30 */
		.to = 19904 * US_PER_DAY,   /* 2024-06-30 */
		.history = true,
		.vocabulary = &vocabulary,
	};
}

static void write_all(const struct simulation_options *simulation, struct buffer *out)
{
	struct simulated_events events;
	struct arena scratch;

	arena_init(&scratch);
	simulate(simulation, &events);
	for (size_t i = 0; i < events.count; i++)
		simulate_line(simulation, &events.items[i], &scratch, out);
	simulated_events_release(&events);
	arena_release(&scratch);
}

static char *history(int64_t contractors, uint64_t seed)
{
	struct simulation_options simulation = options(contractors, seed);
	struct buffer out = { 0 };
	char *text;

	write_all(&simulation, &out);
	text = arena_strndup(&arena, out.bytes, out.length);
	buffer_release(&out);
	return text;
}

Test(simulate, same_seed_same_bytes_other_seed_others)
{
	const char *once = history(40, 7);

	cr_expect_str_eq(once, history(40, 7));
	cr_expect_str_neq(once, history(40, 8));
}

Test(simulate, is_the_same_history_as_ever)
{
	static const struct label tiers[] = { { "0_5_million", "" },
					      { "5_10_million", "" },
					      { "11_plus", "" } };
	static const struct label areas[] = { { "closing_sales", "" },
					      { "hiring_skilled_team", "" },
					      { "golf", "Golf" } };
	const struct vocabulary fixed = { .tiers = { tiers, 3 },
					  .stages = { tiers, 2 },
					  .focus_areas = { areas, 3 } };
	struct simulation_options simulation = options(20, 1);
	struct buffer out = { 0 };
	char text[UUID_TEXT_SIZE];
	struct uuid sum;

	simulation.outcomes = true;
	simulation.vocabulary = &fixed;
	write_all(&simulation, &out);
	sum = identity("test", out.bytes, NULL);
	uuid_to_text(&sum, text);
	/* Whoever changes on purpose what is simulated changes this too. */
	cr_expect_str_eq(text, "53e833ef-6682-5377-a23b-a23c4a18f09e");
	buffer_release(&out);
}

Test(simulate, every_line_is_one_that_emit_takes)
{
	struct simulation_options simulation = options(150, 3);
	struct buffer out = { 0 };
	struct arena scratch;
	size_t lines = 0;

	simulation.outcomes = true;
	write_all(&simulation, &out);
	arena_init(&scratch);
	for (char *line = out.bytes, *end; (end = strchr(line, '\n')); line = end + 1, lines++) {
		struct emit_line parsed;
		struct err err = { 0 };

		cr_assert(emit_parse(line, (size_t)(end - line), "", &scratch, &parsed, &err) &&
				  emit_check(&parsed, &scratch, &err),
			  "%.*s: %s", (int)(end - line), line, err.text);
		cr_assert(parsed.id);
		arena_reset(&scratch);
	}
	cr_expect_gt(lines, 150 * 20);
	arena_release(&scratch);
	buffer_release(&out);
}

Test(simulate, goes_forward_in_time_and_stays_inside_its_dates)
{
	struct simulation_options simulation = options(200, 4);
	struct simulated_events events;

	simulate(&simulation, &events);
	cr_assert_gt(events.count, 0);
	for (size_t i = 1; i < events.count; i++)
		cr_assert_leq(events.items[i - 1].second, events.items[i].second);
	cr_expect_geq(events.items[0].second * US_PER_SECOND, simulation.from);
	cr_expect_lt(events.items[events.count - 1].second * US_PER_SECOND, simulation.to);
	simulated_events_release(&events);
}

Test(simulate, a_contractor_does_not_depend_on_how_many_others_there_are)
{
	struct simulation_options few = options(5, 9), many = options(50, 9);
	struct simulated_events a, b;
	size_t k = 0;

	simulate(&few, &a);
	simulate(&many, &b);
	for (size_t i = 0; i < b.count; i++) {
		if (b.items[i].contractor > 5)
			continue;
		cr_assert_lt(k, a.count);
		cr_assert_eq(memcmp(&a.items[k++], &b.items[i], sizeof(b.items[i])), 0);
	}
	cr_expect_eq(k, a.count);
	simulated_events_release(&a);
	simulated_events_release(&b);
}

/* Those who were seen in a tier and later in a higher one. */
static void count_growth(const struct simulated_events *events, int64_t contractors, int *grown)
{
	uint8_t *highest = calloc((size_t)contractors + 1, 1);
	bool *known = calloc((size_t)contractors + 1, sizeof(bool));

	for (size_t i = 0; i < events->count; i++) {
		const struct simulated_event *event = &events->items[i];
		uint8_t tier = event->what.profile.tier;

		if (event->topic != SIMULATED_PROFILE)
			continue;
		if (known[event->contractor] && tier > highest[event->contractor])
			grown[highest[event->contractor]]++;
		if (!known[event->contractor] || tier > highest[event->contractor])
			highest[event->contractor] = tier;
		known[event->contractor] = true;
	}
	free(highest);
	free(known);
}

Test(simulate, two_thousand_contractors_grow_enough_to_learn_from)
{
	/* 400 of a transition is what the tests of the analysis are made for. */
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct simulation_options simulation = options(2000, seed);
		struct simulated_events events;
		int grown[SIMULATION_TIERS_MAX] = { 0 };

		simulate(&simulation, &events);
		count_growth(&events, 2000, grown);
		for (int tier = 0; tier < 4; tier++)
			cr_expect(grown[tier] > 350 && grown[tier] < 550,
				  "seed %d: %d out of tier %d", (int)seed, grown[tier], tier);
		for (int tier = 4; tier < 6; tier++)
			cr_expect_gt(grown[tier], 100, "seed %d: %d", (int)seed, grown[tier]);
		simulated_events_release(&events);
	}
}

Test(simulate, outcomes_are_of_the_goals_that_goal_enricher_makes)
{
	struct simulation_options simulation = options(300, 2);
	struct simulated_events events;
	size_t completions = 0, of_types = 0;

	simulation.history = false;
	simulation.outcomes = true;
	simulate(&simulation, &events);
	for (size_t i = 0; i < events.count; i++) {
		const struct simulated_event *event = &events.items[i];
		struct buffer out = { 0 };
		char key[16], pattern[200], id[UUID_TEXT_SIZE];
		struct uuid goal;

		cr_assert(event->topic == SIMULATED_COMPLETION ||
			  event->topic == SIMULATED_FEEDBACK);
		cr_assert_geq(event->second * US_PER_SECOND, simulation.to);
		cr_assert_lt(event->second * US_PER_SECOND,
			     simulation.to + SIMULATION_OUTCOME_DAYS * US_PER_DAY);
		snprintf(key, sizeof(key), "%u", (unsigned)event->contractor);
		snprintf(pattern, sizeof(pattern), "%s>%s/%s",
			 vocabulary.tiers.items[event->what.goal.tier].name,
			 vocabulary.tiers.items[event->what.goal.tier + 1].name,
			 world_goals[event->what.goal.type].goal_type);
		goal = identity("goal", key, pattern, world_goals[event->what.goal.type].goal_type,
				NULL);
		uuid_to_text(&goal, id);
		simulate_line(&simulation, event, &arena, &out);
		cr_expect(strstr(out.bytes, id), "%s", out.bytes);
		completions += event->topic == SIMULATED_COMPLETION && event->what.goal.type == 0;
		of_types += event->what.goal.type > 0;
		buffer_release(&out);
	}
	cr_expect_gt(completions, 190);
	cr_expect_lt(completions, 270);
	cr_expect_gt(of_types, 5 * completions);
	simulated_events_release(&events);
}

Test(simulate, goals_are_completed_as_often_as_the_world_says)
{
	struct simulation_options simulation = options(8000, 3);
	struct simulated_events events;
	double told[4][8] = { 0 }, completed[4][8] = { 0 };

	simulation.history = false;
	simulation.outcomes = true;
	simulate(&simulation, &events);
	for (size_t i = 0; i < events.count; i++) {
		const struct simulated_goal *goal = &events.items[i].what.goal;

		if (events.items[i].topic != SIMULATED_COMPLETION || goal->tier >= 4)
			continue;
		told[goal->tier][goal->type]++;
		completed[goal->tier][goal->type] += goal->outcome == OUTCOME_COMPLETED;
	}
	for (int tier = 0; tier < 4; tier++)
		for (int type = 0; type < world_goals_count; type++) {
			double share = completed[tier][type] / told[tier][type];
			double wanted = world_goal_success(tier, type) / 100.0;

			cr_assert_gt(told[tier][type], 80);
			/* Four standard errors. */
			cr_expect_float_eq(share, wanted, 2 / sqrt(told[tier][type]),
					   "tier %d, %s: %g", tier, world_goals[type].goal_type,
					   share);
		}
	simulated_events_release(&events);
}

/* What makes histories hard to learn from. Whoever looks at the bytes alone finds it. */
struct troubles {
	int skips, relapses, wrong, silences, closed, joined_late;
	int mid_tier_told, mid_tier_untold, early_consequences, late_consequences;
};

struct seen {
	bool known, consequence;
	uint8_t tier;
	int64_t since, last, consequence_at;
};

static void see_tier(struct troubles *troubles, struct seen *seen, uint8_t tier, int64_t now)
{
	bool soon = now - seen->since < 30 * 86400;

	troubles->skips += tier > seen->tier + 1;
	troubles->wrong += tier < seen->tier && soon;
	troubles->relapses += tier < seen->tier && !soon;
	if (tier > seen->tier && seen->consequence)
		troubles->early_consequences += now - seen->consequence_at < 40 * 86400;
	seen->tier = tier;
	seen->since = now;
}

static void see(struct troubles *troubles, struct seen *seen, const struct simulated_event *event,
		const struct simulation_options *simulation)
{
	const struct simulated_profile *profile = &event->what.profile;
	int64_t now = event->second;

	troubles->silences += seen->known && now - seen->last > INT64_C(365) * 86400;
	seen->last = now;
	if (event->topic == SIMULATED_ACTION && !event->what.action.focus_area &&
	    world_items[event->what.action.item].link == WORLD_CONSEQUENCE) {
		seen->consequence = true;
		seen->consequence_at = now;
		troubles->late_consequences += now - seen->since < 60 * 86400;
	}
	if (event->topic != SIMULATED_PROFILE)
		return;
	troubles->closed += profile->status == STATUS_CLOSED;
	if (!seen->known) {
		bool told = profile->tier_since != SIMULATED_NEVER;

		*seen = (struct seen){ .known = true, .tier = profile->tier, .last = now };
		seen->since = now;
		troubles->joined_late += now > simulation->from / US_PER_SECOND + 180 * 86400;
		troubles->mid_tier_told += told && now / 86400 - profile->tier_since > 100;
		troubles->mid_tier_untold += !told;
	} else if (profile->tier != seen->tier) {
		see_tier(troubles, seen, profile->tier, now);
	}
}

Test(simulate, what_fools_the_naive_is_in_it)
{
	struct simulation_options simulation = options(2000, 1);
	struct seen *seen = calloc(2001, sizeof(*seen));
	struct troubles troubles = { 0 };
	struct simulated_events events;

	simulate(&simulation, &events);
	for (size_t i = 0; i < events.count; i++)
		see(&troubles, &seen[events.items[i].contractor], &events.items[i], &simulation);
	cr_expect_gt(troubles.skips, 50);
	cr_expect_gt(troubles.relapses, 50);
	cr_expect_gt(troubles.wrong, 100);
	cr_expect_gt(troubles.silences, 100);
	cr_expect_gt(troubles.closed, 40);
	cr_expect_gt(troubles.joined_late, 500);
	cr_expect_gt(troubles.mid_tier_told, 300);
	cr_expect_gt(troubles.mid_tier_untold, 500);
	cr_expect_gt(troubles.early_consequences, 100);
	cr_expect_gt(troubles.late_consequences, 300);
	simulated_events_release(&events);
	free(seen);
}

/* Popular things are not what helps, and each transition has the roles that learning must tell
 * apart. */
Test(simulate, the_truth_has_every_role_in_every_transition)
{
	static const char *const roles[] = { "effective", "harmful", "useless", "companion",
					     "consequence" };
	struct buffer out = { 0 };

	simulate_truth(&vocabulary, &out);
	for (size_t from = 0; from + 1 < vocabulary.tiers.count; from++) {
		int count[5] = { 0 };

		for (char *line = out.bytes, *end; (end = strchr(line, '\n')); line = end + 1) {
			const char *text = arena_strndup(&arena, line, (size_t)(end - line));

			if (!strstr(text, arena_printf(&arena, "{\"from_tier\":\"%s\",",
						       vocabulary.tiers.items[from].name)))
				continue;
			for (int role = 0; role < 5; role++)
				count[role] += strstr(text, arena_printf(&arena, "\"role\":\"%s\"",
									 roles[role])) != NULL;
		}
		cr_expect_eq(count[0], 10, "%d effective from tier %d", count[0], (int)from);
		cr_expect_gt(count[1], 2);
		cr_expect_gt(count[2], 30);
		cr_expect_gt(count[3], 4);
		cr_expect_gt(count[4], 3);
	}
	buffer_release(&out);
}

Test(simulate, history_and_outcomes_together_are_the_two_apart)
{
	struct simulation_options both = options(60, 5), first = both, second = both;
	struct buffer together = { 0 }, apart = { 0 };

	both.outcomes = second.outcomes = true;
	second.history = false;
	write_all(&both, &together);
	write_all(&first, &apart);
	write_all(&second, &apart);
	cr_expect_str_eq(together.bytes, apart.bytes);
	buffer_release(&together);
	buffer_release(&apart);
}

Test(simulate, lives_in_any_ladder)
{
	static const struct label tiers[] = { { "small", "Small" }, { "large", "Large" } };
	struct simulation_options simulation = options(50, 6);
	struct vocabulary other = { .tiers = { tiers, 2 } }; /* no stages, no focus areas */
	struct buffer out = { 0 };

	simulation.outcomes = true;
	simulation.vocabulary = &other;
	write_all(&simulation, &out);
	cr_expect(strstr(out.bytes, "\"revenue_tier\":\"small\""));
	cr_expect_not(strstr(out.bytes, "annual_revenue"));
	buffer_release(&out);
}

Test(dice, are_fair_enough)
{
	struct dice dice;
	double sum = 0, squares = 0;
	int faces[6] = { 0 };

	dice_init(&dice, 1, 2);
	for (int i = 0; i < 60000; i++) {
		double normal = dice_normal(&dice);

		faces[dice_below(&dice, 6)]++;
		sum += normal;
		squares += normal * normal;
	}
	for (int i = 0; i < 6; i++)
		cr_expect(faces[i] > 9500 && faces[i] < 10500, "face %d came %d times", i,
			  faces[i]);
	cr_expect(sum / 60000 > -0.02 && sum / 60000 < 0.02);
	cr_expect(squares / 60000 > 0.97 && squares / 60000 < 1.03);
}

Test(dice, streams_differ)
{
	struct dice a, b, c;

	dice_init(&a, 1, 2);
	dice_init(&b, 2, 1);
	dice_init(&c, 1, 3);
	cr_expect_neq(dice_next(&a), dice_next(&b));
	cr_expect_neq(dice_next(&a), dice_next(&c));
}
