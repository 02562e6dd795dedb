/* The simulated history: the same for the same seed, made of messages that workers take, and with
 * growth in it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "decide_dice.h"
#include "decide_emit.h"
#include "decide_simulate.h"
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
	cr_expect_str_eq(text, "1be7b209-c260-59b9-80a0-6d82eeb970f5");
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
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct simulation_options simulation = options(2000, seed);
		struct simulated_events events;
		int grown[SIMULATION_TIERS_MAX] = { 0 };

		simulate(&simulation, &events);
		count_growth(&events, 2000, grown);
		cr_expect_gt(grown[0], 200, "seed %d: %d out of the lowest tier", (int)seed,
			     grown[0]);
		cr_expect_gt(grown[1], 150, "seed %d: %d", (int)seed, grown[1]);
		cr_expect_gt(grown[2], 80, "seed %d: %d", (int)seed, grown[2]);
		cr_expect_gt(grown[3], 30, "seed %d: %d", (int)seed, grown[3]);
		cr_expect_gt(grown[4] + grown[5], 20, "seed %d", (int)seed);
		simulated_events_release(&events);
	}
}

Test(simulate, outcomes_are_of_the_goals_that_goal_enricher_makes)
{
	struct simulation_options simulation = options(300, 2);
	struct simulated_events events;
	size_t completions = 0;

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
		snprintf(pattern, sizeof(pattern), "%s>%s/revenue_growth",
			 vocabulary.tiers.items[event->what.goal.tier].name,
			 vocabulary.tiers.items[event->what.goal.tier + 1].name);
		goal = identity("goal", key, pattern, "revenue_growth", NULL);
		uuid_to_text(&goal, id);
		simulate_line(&simulation, event, &arena, &out);
		cr_expect(strstr(out.bytes, id), "%s", out.bytes);
		completions += event->topic == SIMULATED_COMPLETION;
		buffer_release(&out);
	}
	cr_expect_gt(completions, 60);
	cr_expect_lt(completions, 140);
	simulated_events_release(&events);
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
