/* What a recalculation publishes, and which outcome of a goal counts. */
#include <criterion/criterion.h>

#include "decide.h"
#include "identity.h"

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
		.confidence_score = 0.123456789012345,
	};
}

static struct transition transition_with(const char *key, const struct pattern *found,
					 int64_t levelled_up)
{
	return (struct transition){
		.pattern_key = key, .at_risk = 20, .levelled_up = levelled_up, .found = found
	};
}

static struct recalculation decide(const struct transition *transitions, size_t transitions_count,
				   const struct pattern *const *known, size_t known_count,
				   const char *only)
{
	struct analysis analysis = {
		.transitions = transitions,
		.transitions_count = transitions_count,
		.known = known,
		.known_count = known_count,
		.only = only,
		.as_of = AS_OF,
		.k = 5,
	};

	return decide_recalculation(&analysis, &arena);
}

static const char *result_of(const struct recalculation *result, const char *key)
{
	for (size_t i = 0; i < result->findings.transitions.count; i++)
		if (strcmp(result->findings.transitions.items[i].pattern_key, key) == 0)
			return result->findings.transitions.items[i].result;
	return "";
}

Test(recalculate, a_new_pattern_is_version_1)
{
	struct pattern found = pattern_with("k", 0, 9);
	struct transition transition = transition_with("k", &found, 9);
	struct recalculation result = decide(&transition, 1, NULL, 0, NULL);

	cr_assert(result.changes_count == 1 && !result.changes[0].removed);
	cr_expect(result.changes[0].pattern.version == 1 &&
		  result.changes[0].pattern.as_of == AS_OF);
	cr_expect_str_eq(result_of(&result, "k"), "published");
}

Test(recalculate, the_same_content_keeps_its_version)
{
	struct pattern_item none;
	struct pattern found = pattern_with("k", 0, 9), stored = pattern_with("k", 4, 9);
	const struct pattern *known[] = { &stored };
	struct transition transition = transition_with("k", &found, 9);
	struct recalculation result;

	/* As it comes from the store: an empty list instead of an absent one. */
	stored.common_books.items = &none;
	result = decide(&transition, 1, known, 1, NULL);
	cr_expect(result.changes_count == 0);
	cr_assert(result.unchanged_count == 1);
	cr_expect_str_eq(result.unchanged[0], "k");
	cr_expect_str_eq(result_of(&result, "k"), "unchanged");
	cr_expect(result.findings.transitions.items[0].version.value == 4);
}

Test(recalculate, any_change_is_a_new_version)
{
	struct pattern found = pattern_with("k", 0, 9), stored = pattern_with("k", 4, 9);
	const struct pattern *known[] = { &stored };
	struct transition transition = transition_with("k", &found, 9);
	struct recalculation result;

	found.confidence_score += 1e-15;
	result = decide(&transition, 1, known, 1, NULL);
	cr_assert(result.changes_count == 1);
	cr_expect(result.changes[0].pattern.version == 5);
}

Test(recalculate, what_is_not_found_again_is_removed_once)
{
	struct pattern stored = pattern_with("k", 4, 9);
	const struct pattern *known[] = { &stored };
	struct transition transition = transition_with("k", NULL, 3);
	struct recalculation result = decide(&transition, 1, known, 1, NULL);

	cr_assert(result.changes_count == 1 && result.changes[0].removed);
	cr_expect(result.changes[0].pattern.status == PATTERN_REMOVED);
	cr_expect(result.changes[0].pattern.version == 5);
	cr_expect(!strpbrk(result.changes[0].pattern.status_reason, "0123456789"),
		  "a count below k is not published");
	cr_expect_str_eq(result_of(&result, "k"), "removed: not enough data (3 of 5)");

	stored = result.changes[0].pattern;
	result = decide(&transition, 1, known, 1, NULL);
	cr_expect(result.changes_count == 0);
	cr_expect_str_eq(result_of(&result, "k"), "not enough data (3 of 5)");
}

Test(recalculate, a_removed_pattern_comes_back_above_its_version)
{
	struct pattern found = pattern_with("k", 0, 9), stored = pattern_with("k", 5, 9);
	const struct pattern *known[] = { &stored };
	struct transition transition = transition_with("k", &found, 9);
	struct recalculation result;

	stored.status = PATTERN_REMOVED;
	result = decide(&transition, 1, known, 1, NULL);
	cr_assert(result.changes_count == 1 && !result.changes[0].removed);
	cr_expect(result.changes[0].pattern.version == 6 &&
		  result.changes[0].pattern.status == PATTERN_ACTIVE);
}

Test(recalculate, one_key_leaves_the_others_alone)
{
	struct pattern found = pattern_with("k", 0, 9), other = pattern_with("other", 2, 9);
	const struct pattern *known[] = { &other };
	struct transition transitions[] = { transition_with("k", &found, 9),
					    transition_with("other", NULL, 0) };
	struct recalculation result = decide(transitions, 2, known, 1, "k");

	cr_assert(result.changes_count == 1);
	cr_expect_str_eq(result.changes[0].pattern.pattern_key, "k");
	cr_expect(result.findings.transitions.count == 1);
}

Test(recalculate, what_was_not_calculated_says_so)
{
	struct pattern found = pattern_with("k", 0, 9), stored = pattern_with("k", 4, 9);
	const struct pattern *known[] = { &stored };
	struct transition transitions[] = { transition_with("k", &found, 9),
					    transition_with("l", NULL, 3) };
	struct recalculation result;

	transitions[0].kept = "published";
	transitions[1].kept = "not enough data (3 of 5)";
	result = decide(transitions, 2, known, 1, NULL);
	cr_expect(result.changes_count == 0);
	cr_expect_str_eq(result_of(&result, "k"), "unchanged: nothing new");
	cr_expect_str_eq(result_of(&result, "l"), "not enough data (3 of 5)");

	found.confidence_score += 0.1;
	result = decide(transitions, 2, known, 1, NULL);
	cr_assert(result.changes_count == 1);
	cr_expect(result.changes[0].pattern.version == 5);
	cr_expect_str_eq(result_of(&result, "k"), "unchanged: confidence only");
}

Test(recalculate, a_transition_that_is_gone_takes_its_pattern_along)
{
	struct pattern stored = pattern_with("old", 2, 9);
	const struct pattern *known[] = { &stored };
	struct recalculation result = decide(NULL, 0, known, 1, NULL);

	cr_assert(result.changes_count == 1 && result.changes[0].removed);
	cr_expect_str_eq(result_of(&result, "old"), "removed: no such transition");
}

static struct vote vote_of(unsigned char goal, utc_us time, const char *event_id)
{
	return (struct vote){
		.outcome = { .goal_id = { { goal } }, .occurred_at = time },
		.event_id = event_id,
	};
}

Test(recalculate, the_latest_outcome_of_a_goal_counts)
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
