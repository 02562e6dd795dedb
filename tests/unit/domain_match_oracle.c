/* Match scores against oracle/match_score.py, which works in fractions from the text of the
 * statistics. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "score.h"

#define WORD 512
#define CLOSE 1e-9 /* asked for are 0.005 */

static struct arena arena;
static FILE *file;
static size_t line;

static void set_up(void)
{
	arena_init(&arena);
	file = fopen(TEST_SOURCE_DIR "/tests/data/match_scores.txt", "r");
	cr_assert(file, "no data");
}

static void tear_down(void)
{
	fclose(file);
	arena_release(&arena);
}

TestSuite(match_oracle, .init = set_up, .fini = tear_down);

/* The next word of the line; NULL where it says that something is missing. */
static const char *word(void)
{
	char text[WORD];

	cr_assert_eq(fscanf(file, "%511s", text), 1, "line %zu is too short", line);
	return strcmp(text, "-") == 0 ? NULL : arena_strdup(&arena, text);
}

static double number(void)
{
	const char *text = word();

	cr_assert(text, "line %zu: a number is missing", line);
	return strtod(text, NULL);
}

/* What stands before the next comma of *text, which moves behind it; NULL at the end. */
static char *part(const char **text)
{
	size_t length = *text ? strcspn(*text, ",") : 0;
	char *found = length ? arena_strndup(&arena, *text, length) : NULL;

	if (found)
		*text = (*text)[length] ? *text + length + 1 : NULL;
	return found;
}

static struct texts texts_of(const char *text)
{
	struct texts texts = { .items = arena_array(&arena, const char *, WORD) };
	const char *one;

	while ((one = part(&text)))
		texts.items[texts.count++] = one;
	return texts;
}

static double split(char *pair)
{
	char *equals = strchr(pair, '=');

	cr_assert(equals, "line %zu: %s", line, pair);
	*equals = 0;
	return strtod(equals + 1, NULL);
}

static struct int_or_text team_of(const char *text)
{
	bool people = text && text[strspn(text, "0123456789")] == 0;

	return (struct int_or_text){
		.number = people ? strtoll(text, NULL, 10) : 0,
		.text = people ? NULL : text,
		.present = text != NULL,
	};
}

static struct profile read_profile(void)
{
	struct profile profile = { .revenue_tier = word() };

	profile.team_size = team_of(word());
	profile.current_stage = word();
	profile.focus_areas = texts_of(word());
	return profile;
}

static struct pattern read_pattern(void)
{
	struct pattern pattern = { .from_revenue_tier = word() };
	const char *median = word(), *stages = word(), *areas = word();
	char *one;

	if (median)
		pattern.team_median = (struct optional_number){ strtod(median, NULL), true };
	pattern.stages.items = arena_array(&arena, struct stage_share, WORD);
	pattern.common_focus_areas.items = arena_array(&arena, struct pattern_item, WORD);
	while ((one = part(&stages))) {
		double share = split(one);

		pattern.stages.items[pattern.stages.count++] = (struct stage_share){ one, share };
	}
	while ((one = part(&areas))) {
		double usage = split(one);

		pattern.common_focus_areas.items[pattern.common_focus_areas.count++] =
			(struct pattern_item){ .item = one, .usage_rate = usage };
	}
	return pattern;
}

static void expect_near(const char *what, double found)
{
	double wanted = number();

	cr_expect(fabs(found - wanted) <= CLOSE, "pair %zu: %s is %.17g, wanted %.17g", line, what,
		  found, wanted);
}

Test(match_oracle, day2_scores_of_1000_pairs_equal_an_independent_calculation)
{
	int next;

	while ((next = fgetc(file)) != EOF) {
		struct profile profile;
		struct pattern pattern;
		struct match_score score;

		if (next == '\n')
			continue;
		ungetc(next, file);
		line++;
		profile = read_profile();
		pattern = read_pattern();
		score = calculate_match_score(&default_vocabulary, &profile, &pattern);
		expect_near("tier", score.tier);
		expect_near("focus", score.focus);
		expect_near("team", score.team);
		expect_near("stage", score.stage);
		expect_near("score", score.total);
		arena_reset(&arena);
	}
	cr_expect_eq(line, 1000);
}
