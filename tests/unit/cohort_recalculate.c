/* What a recalculation publishes, and which outcome of a goal counts. */
#include <criterion/criterion.h>

#include "decide.h"
#include "identity.h"
#include "pattern.h"

#define AS_OF INT64_C(1700000000000000)

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(recalculate, .init = set_up, .fini = tear_down);

static struct pattern pattern_with(const char *key, int64_t version, int64_t sample_size)
{
	return (struct pattern){
		.pattern_key = key,
		.version = version,
		.status = PATTERN_ACTIVE,
		.as_of = version > 0 ? AS_OF - 1000000 : AS_OF,
		.from_revenue_tier = "low",
		.to_revenue_tier = "high",
		.pattern_name = "name",
		.pattern_type = "revenue_growth",
		.sample_size = sample_size,
		.consistency = 0.123456789012345,
	};
}

static struct found_pattern found_with(const struct pattern *pattern)
{
	return (struct found_pattern){ .pattern = *pattern };
}

static struct transition transition_with(const char *name, struct found_pattern *found,
					 size_t found_count, int64_t levelled_up)
{
	return (struct transition){
		.transition = name,
		.at_risk = 20,
		.levelled_up = levelled_up,
		.found = { found, found_count },
	};
}

static const struct votes no_votes = { .pooled = 0.5 };

static struct analysis analysis_of(const struct transition *transitions, size_t transitions_count,
				   const struct pattern *const *known, size_t known_count)
{
	return (struct analysis){
		.transitions = transitions,
		.transitions_count = transitions_count,
		.known = known,
		.known_count = known_count,
		.votes = &no_votes,
		.as_of = AS_OF,
		.k = 5,
	};
}

static struct recalculation decide(const struct transition *transitions, size_t transitions_count,
				   const struct pattern *const *known, size_t known_count)
{
	struct analysis analysis = analysis_of(transitions, transitions_count, known, known_count);

	return decide_recalculation(&analysis, &arena);
}

static const struct finding *finding_of(const struct recalculation *result, const char *key)
{
	for (size_t i = 0; i < result->findings.transitions.count; i++)
		if (strcmp(result->findings.transitions.items[i].pattern_key, key) == 0)
			return &result->findings.transitions.items[i];
	cr_assert_fail("nothing is said of %s", key);
	return NULL;
}

static const char *result_of(const struct recalculation *result, const char *key)
{
	return finding_of(result, key)->result;
}

#define WHOLE "k/revenue_growth"
#define PART "k/team_expansion"

/* As the recalculation stores it: the confidence before any outcome is in it. */
static struct pattern stored_with(const char *key, int64_t version, int64_t sample_size)
{
	struct pattern pattern = pattern_with(key, version, sample_size);
	const struct outcome_evidence nothing = { .pooled = 0.5 };

	pattern_set_confidence(&pattern, &nothing, 5);
	return pattern;
}

Test(recalculate, a_new_pattern_is_version_1)
{
	struct pattern pattern = pattern_with(WHOLE, 0, 9);
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct recalculation result = decide(&transition, 1, NULL, 0);

	cr_assert(result.changes_count == 1 && !result.changes[0].removed);
	cr_expect(result.changes[0].pattern.version == 1 &&
		  result.changes[0].pattern.as_of == AS_OF);
	cr_expect(result.changes[0].pattern.confidence_score > 0);
	cr_expect_str_eq(result_of(&result, WHOLE), "published");
	cr_assert(result.publications_count == 1);
	cr_expect_str_eq(result.publications[0].pattern_key, WHOLE);
}

Test(recalculate, the_same_content_keeps_its_version)
{
	struct pattern_item none;
	struct pattern pattern = pattern_with(WHOLE, 0, 9), stored = stored_with(WHOLE, 4, 9);
	const struct pattern *known[] = { &stored };
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct recalculation result;

	/* As it comes from the store: an empty list instead of an absent one. */
	stored.common_books.items = &none;
	result = decide(&transition, 1, known, 1);
	cr_expect(result.changes_count == 0);
	cr_assert(result.unchanged_count == 1);
	cr_expect_str_eq(result.unchanged[0], WHOLE);
	cr_expect_str_eq(result_of(&result, WHOLE), "unchanged");
	cr_expect(finding_of(&result, WHOLE)->version.value == 4);
}

Test(recalculate, any_change_is_a_new_version)
{
	struct pattern pattern = pattern_with(WHOLE, 0, 9), stored = stored_with(WHOLE, 4, 9);
	const struct pattern *known[] = { &stored };
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct recalculation result;

	stored.confidence_score += 1e-15;
	result = decide(&transition, 1, known, 1);
	cr_assert(result.changes_count == 1);
	cr_expect(result.changes[0].pattern.version == 5);
}

Test(recalculate, day6_outcomes_are_in_the_confidence)
{
	struct pattern pattern = pattern_with(WHOLE, 0, 9);
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct pattern_evidence evidence = {
		.pattern_key = WHOLE, .evidence = { .good = 40, .voters = 40, .pooled = 0.9 }
	};
	struct votes votes = { .items = &evidence, .count = 1, .pooled = 0.9 };
	struct analysis analysis = analysis_of(&transition, 1, NULL, 0);
	struct recalculation result;

	analysis.votes = &votes;
	result = decide_recalculation(&analysis, &arena);
	cr_expect(result.changes[0].pattern.confidence_score > 0.85);
	cr_expect(result.changes[0].pattern.outcome_voters == 40);
}

Test(recalculate, what_is_not_found_again_is_removed_once)
{
	struct pattern stored = stored_with(WHOLE, 4, 9), part = stored_with(PART, 2, 9);
	const struct pattern *known[] = { &stored, &part };
	struct transition transition = transition_with("k", NULL, 0, 3);
	struct recalculation result = decide(&transition, 1, known, 2);

	cr_assert(result.changes_count == 2 && result.changes[0].removed &&
		  result.changes[1].removed);
	cr_expect(result.changes[0].pattern.status == PATTERN_REMOVED);
	cr_expect(result.changes[0].pattern.version == 5);
	cr_expect(!strpbrk(result.changes[0].pattern.status_reason, "0123456789"),
		  "a count below k is not published");
	cr_expect_str_eq(result_of(&result, WHOLE), "removed: not enough data (3 of 5)");

	stored = result.changes[0].pattern;
	part = result.changes[1].pattern;
	result = decide(&transition, 1, known, 2);
	cr_expect(result.changes_count == 0);
	cr_expect_str_eq(result_of(&result, WHOLE), "not enough data (3 of 5)");
}

Test(recalculate, a_removed_pattern_comes_back_above_its_version)
{
	struct pattern pattern = pattern_with(WHOLE, 0, 9), stored = stored_with(WHOLE, 5, 9);
	const struct pattern *known[] = { &stored };
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct recalculation result;

	stored.status = PATTERN_REMOVED;
	result = decide(&transition, 1, known, 1);
	cr_assert(result.changes_count == 1 && !result.changes[0].removed);
	cr_expect(result.changes[0].pattern.version == 6 &&
		  result.changes[0].pattern.status == PATTERN_ACTIVE);
}

/* Somebody who is erased while no pattern stands is still in the numbers that could return. */
Test(recalculate, an_erasure_is_noted_without_a_pattern)
{
	struct publication publication = { .pattern_key = WHOLE };
	struct transition transition = transition_with("k", NULL, 0, 3);
	struct analysis analysis = analysis_of(&transition, 1, NULL, 0);
	struct recalculation result;

	analysis.publications = &publication;
	analysis.publications_count = 1;
	result = decide_recalculation(&analysis, &arena);
	cr_expect(result.publications_count == 0);
	transition.erased_at = (struct optional_time){ AS_OF - 9, true };
	result = decide_recalculation(&analysis, &arena);
	cr_assert(result.publications_count == 1);
	cr_expect(result.publications[0].erased_since.value == AS_OF - 9);
}

Test(recalculate, one_transition_leaves_the_others_alone)
{
	struct pattern patterns[] = { pattern_with(WHOLE, 0, 9), pattern_with(PART, 0, 9) };
	struct found_pattern found[] = { found_with(&patterns[0]), found_with(&patterns[1]) };
	struct pattern other = stored_with("other/revenue_growth", 2, 9);
	const struct pattern *known[] = { &other };
	struct transition transitions[] = { transition_with("k", found, 2, 9),
					    transition_with("other", NULL, 0, 0) };
	struct analysis analysis = analysis_of(transitions, 2, known, 1);
	struct recalculation result;

	analysis.only = "k";
	result = decide_recalculation(&analysis, &arena);
	cr_assert(result.changes_count == 2);
	cr_expect_str_eq(result.changes[0].pattern.pattern_key, WHOLE);
	cr_expect_str_eq(result.changes[1].pattern.pattern_key, PART);
	cr_expect(result.findings.transitions.count == 2);
}

/* Its patterns are as they were, but for what outcomes say of them. */
Test(recalculate, a_transition_without_news_keeps_its_pattern)
{
	struct pattern stored = stored_with(WHOLE, 4, 9);
	const struct pattern *known[] = { &stored };
	struct transition transitions[] = { transition_with("k", NULL, 0, 9),
					    transition_with("l", NULL, 0, 3) };
	struct pattern_evidence evidence = {
		.pattern_key = WHOLE, .evidence = { .good = 4, .voters = 4, .pooled = 0.5 }
	};
	struct votes votes = { .items = &evidence, .count = 1, .pooled = 0.5 };
	struct analysis analysis = analysis_of(transitions, 2, known, 1);
	struct recalculation result;

	transitions[0].kept = "published";
	transitions[1].kept = "not enough data (3 of 5)";
	result = decide_recalculation(&analysis, &arena);
	cr_expect(result.changes_count == 0);
	cr_expect_str_eq(result_of(&result, WHOLE), "unchanged: nothing new");
	cr_expect_str_eq(result_of(&result, "l/revenue_growth"), "not enough data (3 of 5)");

	analysis.votes = &votes;
	result = decide_recalculation(&analysis, &arena);
	cr_assert(result.changes_count == 1);
	cr_expect(result.changes[0].pattern.version == 5);
	cr_expect_str_eq(result_of(&result, WHOLE), "unchanged: confidence only");
	cr_expect(result.publications_count == 0);
}

Test(recalculate, a_sub_pattern_that_vanishes_is_removed)
{
	struct pattern pattern = pattern_with(WHOLE, 0, 9), part = stored_with(PART, 2, 9);
	const struct pattern *known[] = { &part };
	struct found_pattern found = found_with(&pattern);
	struct transition transition = transition_with("k", &found, 1, 9);
	struct recalculation result = decide(&transition, 1, known, 1);

	cr_assert(result.changes_count == 2);
	cr_expect(!result.changes[0].removed && result.changes[1].removed);
	cr_expect_str_eq(result_of(&result, PART), "removed: too few contractors levelled up");
}

Test(recalculate, a_transition_that_is_gone_takes_its_pattern_along)
{
	struct pattern stored = stored_with("old/revenue_growth", 2, 9);
	const struct pattern *known[] = { &stored };
	struct recalculation result = decide(NULL, 0, known, 1);

	cr_assert(result.changes_count == 1 && result.changes[0].removed);
	cr_expect_str_eq(result_of(&result, "old/revenue_growth"), "removed: no such transition");
}

static struct vote vote_of(unsigned char goal, utc_us time, const char *event_id)
{
	return (struct vote){
		.outcome = { .goal_id = { { goal } }, .occurred_at = time },
		.event_id = event_id,
	};
}

Test(recalculate, day6_latest_outcome_of_a_goal_counts)
{
	struct vote votes[] = { vote_of(2, 5, "a"), vote_of(1, 7, "b"), vote_of(2, 9, "c"),
				vote_of(2, 9, "d"), vote_of(1, 3, "e") };
	size_t count = votes_keep_latest(votes, 5);

	cr_assert(count == 2);
	cr_expect_str_eq(votes[0].event_id, "b");
	cr_expect_str_eq(votes[1].event_id, "d");
}

Test(recalculate, an_erased_contractor_has_a_voter_for_each_pattern)
{
	const int64_t contractors[] = { 7, 8 };
	const char *keys[] = { "k", "l" };
	struct uuid expected = identity("voter", "8", "l", NULL);
	struct voter *voters;

	cr_assert(voters_of(contractors, 2, keys, 2, &arena, &voters) == 4);
	cr_expect_str_eq(voters[3].pattern_key, "l");
	cr_expect(uuid_equal(&voters[3].voter, &expected));
}
