/* What outcomes make of published patterns: downgraded, removed, back. */
#include <criterion/criterion.h>

#include "decide_due.h"
#include "instant.h"

#define FIRST_LOOK (INT64_C(19844) * US_PER_DAY) /* 2024-05-01 */
#define KEY "k/revenue_growth"
#define PART "k/team_expansion"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(standing, .init = set_up, .fini = tear_down);

static const struct outcome_evidence bad = { 1, 29, 30, 0.5 };
static const struct outcome_evidence well = { 20, 10, 40, 0.5 };

/* A world of one transition, recalculated month after month; what is published goes into the
 * next. */
struct world {
	struct outcome_evidence looks[12];
	struct pattern_evidence evidence;
	struct votes votes;
	struct pattern patterns[2];
	struct found_pattern found[2];
	struct transition transition;
	const struct pattern *known[2];
	struct publication publications[2];
	struct known_standing standings[2];
	struct wording wording;
	struct analysis analysis;
	struct recalculation result;
	int32_t level_up_days[8];
};

static struct pattern pattern_of(const char *key)
{
	return (struct pattern){
		.pattern_key = key,
		.status = PATTERN_ACTIVE,
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.pattern_name = "name",
		.pattern_type = "revenue_growth",
		.sample_size = 47,
		.consistency = 0.9,
		.held_out.result = HELD_OUT_PASSED,
	};
}

static struct world *world_new(void)
{
	struct world *w = arena_new(&arena, struct world);

	w->evidence.pattern_key = KEY;
	w->evidence.monthly = (struct monthly_votes){ FIRST_LOOK, w->looks, 0 };
	w->votes = (struct votes){ .items = &w->evidence, .count = 1, .pooled = 0.5 };
	w->found[0].pattern = pattern_of(KEY);
	w->found[1].pattern = pattern_of(PART);
	w->transition = (struct transition){ .transition = "k", .found = { w->found, 1 } };
	w->analysis = (struct analysis){
		.transitions = &w->transition,
		.transitions_count = 1,
		.known = w->known,
		.publications = w->publications,
		.votes = &w->votes,
		.standings = { w->standings, 0 },
		.wording = &w->wording,
		.k = 5,
	};
	return w;
}

static struct known_standing *standing_in(struct world *w, const char *key)
{
	for (size_t i = 0; i < w->analysis.standings.count; i++)
		if (strcmp(w->standings[i].pattern_key, key) == 0)
			return &w->standings[i];
	return &w->standings[w->analysis.standings.count++];
}

static void store(struct world *w)
{
	for (size_t i = 0; i < w->result.changes_count; i++) {
		const struct pattern *pattern = &w->result.changes[i].pattern;
		size_t place = strcmp(pattern->pattern_key, PART) == 0;

		w->patterns[place] = *pattern;
		w->known[place] = &w->patterns[place];
		if (w->analysis.known_count <= place)
			w->analysis.known_count = place + 1;
	}
	for (size_t i = 0; i < w->result.publications_count; i++) {
		size_t place = strcmp(w->result.publications[i].pattern_key, PART) == 0;

		w->publications[place] = w->result.publications[i];
		if (w->analysis.publications_count <= place)
			w->analysis.publications_count = place + 1;
	}
	for (size_t i = 0; i < w->result.standings_count; i++) {
		const struct found_standing *found = &w->result.standings[i];

		*standing_in(w, found->pattern_key) = (struct known_standing){
			.pattern_key = found->pattern_key,
			.standing = found->standing.standing,
			.cohort_status = found->cohort_status,
			.cohort_reason = found->cohort_reason,
		};
	}
}

/* The next month comes, with this known of the pattern's goals. */
static void month(struct world *w, struct outcome_evidence evidence)
{
	size_t *count = &w->evidence.monthly.count;

	w->looks[*count] = w->evidence.evidence = evidence;
	w->analysis.as_of = instant_month(FIRST_LOOK, (int)*count);
	++*count;
	w->result = decide_recalculation(&w->analysis, &arena);
	store(w);
}

static void level_ups(struct world *w, int count)
{
	for (int i = 0; i < count; i++)
		w->level_up_days[i] = (int32_t)(w->analysis.as_of / US_PER_DAY);
	w->found[0].level_ups = (struct level_ups){ w->level_up_days, (size_t)count };
}

static void assert_published(const struct world *w, enum pattern_status status, int64_t version,
			     const char *cause)
{
	const struct pattern_change *change = w->result.changes;

	cr_assert(w->result.changes_count == 1, "%zu changes", w->result.changes_count);
	cr_assert(change->pattern.status == status && change->pattern.version == version,
		  "%s, version %lld", pattern_status_names[change->pattern.status],
		  (long long)change->pattern.version);
	cr_assert(change->removed == (status == PATTERN_REMOVED));
	cr_assert_str_eq(change->cause, cause);
}

Test(standing, day6_a_pattern_that_works_out_too_rarely_is_downgraded_then_removed_and_comes_back)
{
	struct world *w = world_new();

	month(w, well);
	assert_published(w, PATTERN_ACTIVE, 1, "cohort");
	cr_expect(w->patterns[0].confidence_score > DOWNGRADED_CONFIDENCE_MAX);
	cr_expect_null(w->patterns[0].status_reason);

	month(w, bad);
	assert_published(w, PATTERN_DOWNGRADED, 2, "standing");
	cr_expect(w->patterns[0].confidence_score <= DOWNGRADED_CONFIDENCE_MAX);
	cr_expect_str_eq(w->patterns[0].status_reason,
			 "Goals from it worked out for 3% of 30 contractors, from all patterns for "
			 "50%: at least 99% certain that it is less than four fifths as good, at 1 "
			 "monthly look; downgraded since 2024-06-01");

	month(w, bad);
	assert_published(w, PATTERN_REMOVED, 3, "standing");
	cr_expect_str_eq(w->patterns[0].status_reason,
			 "Goals from it worked out for 3% of 30 contractors, from all patterns for "
			 "50%: at least 99% certain that it is less than four fifths as good, at 2 "
			 "monthly looks; withdrawn since 2024-07-01");

	month(w, bad);
	cr_expect(w->result.changes_count == 0, "once");
	month(w, well);
	cr_expect(w->result.changes_count == 0, "good outcomes alone do not bring it back");
	level_ups(w, 5);
	month(w, well);
	assert_published(w, PATTERN_ACTIVE, 4, "standing");
	cr_expect_null(w->patterns[0].status_reason);
	cr_expect(w->patterns[0].confidence_score > DOWNGRADED_CONFIDENCE_MAX);
}

Test(standing, a_transition_that_was_not_calculated_anew_has_looks_too)
{
	struct world *w = world_new();

	month(w, well);
	w->transition.found.count = 0;
	w->transition.kept = "published";
	month(w, bad);
	assert_published(w, PATTERN_DOWNGRADED, 2, "standing");
	month(w, (struct outcome_evidence){ 19, 20, 40, 0.5 });
	assert_published(w, PATTERN_ACTIVE, 3, "standing");
	month(w, (struct outcome_evidence){ 20, 20, 41, 0.5 });
	assert_published(w, PATTERN_ACTIVE, 4, "outcomes");
}

Test(standing, the_worse_of_cohort_and_outcomes_is_published)
{
	struct world *w = world_new();

	month(w, well);
	w->found[0].pattern.held_out.result = HELD_OUT_FAILED;
	month(w, bad);
	assert_published(w, PATTERN_DOWNGRADED, 2, "standing");
	month(w, well);
	assert_published(w, PATTERN_DOWNGRADED, 3, "outcomes");
	cr_expect_str_eq(w->patterns[0].status_reason,
			 "what it says did not hold for contractors held out");
	w->found[0].pattern.held_out.result = HELD_OUT_PASSED;
	month(w, well);
	assert_published(w, PATTERN_ACTIVE, 4, "cohort");
}

/* A replay calculates at its end, when outcomes have said their word. */
Test(standing, a_pattern_that_is_retired_when_first_found_is_there_as_removed)
{
	struct world *w = world_new();

	w->looks[0] = bad;
	w->evidence.monthly.count = 1;
	month(w, bad);
	assert_published(w, PATTERN_REMOVED, 1, "standing");
	cr_expect(w->result.publications_count == 1);
	month(w, bad);
	cr_expect(w->result.changes_count == 0);
}

Test(standing, a_retired_pattern_that_vanishes_does_not_return_by_outcomes_alone)
{
	struct world *w = world_new();

	month(w, bad);
	month(w, bad);
	cr_assert(has_retired(&w->votes, &w->analysis.standings, "k", 5, &arena));
	w->transition.found.count = 0;
	month(w, well);
	cr_expect(w->result.changes_count == 0, "it is removed already");
	cr_expect(w->standings[0].cohort_status == PATTERN_REMOVED);
	cr_expect(!has_retired(&w->votes, &w->analysis.standings, "k", 5, &arena));
	level_ups(w, 5);
	w->transition.found.count = 1;
	month(w, well);
	assert_published(w, PATTERN_ACTIVE, 3, "cohort");
}

/* The numbers of a retired pattern stay; those of its sub-cohorts need not. */
Test(standing, a_retired_pattern_does_not_hold_its_parts)
{
	struct world *w = world_new();

	w->transition.found.count = 2;
	month(w, bad);
	cr_assert(w->result.changes_count == 2);
	month(w, bad);
	cr_assert(w->patterns[0].status == PATTERN_REMOVED);
	w->found[0].pattern.sample_size = w->found[1].pattern.sample_size = 60;
	month(w, bad);
	cr_assert(w->result.changes_count == 1);
	cr_expect_str_eq(w->result.changes[0].pattern.pattern_key, PART);
	cr_expect(w->patterns[0].sample_size == 47 && w->patterns[1].sample_size == 60);
}

Test(standing, whoever_was_retired_once_is_calculated_anew)
{
	struct world *w = world_new();

	month(w, bad);
	cr_expect(!has_retired(&w->votes, &w->analysis.standings, "k", 5, &arena));
	month(w, bad);
	cr_expect(has_retired(&w->votes, &w->analysis.standings, "k", 5, &arena));
	cr_expect(!has_retired(&w->votes, &w->analysis.standings, "l", 5, &arena));
	cr_expect(has_retired(&w->votes, &(struct known_standings){ 0 }, "k", 5, &arena));
}
