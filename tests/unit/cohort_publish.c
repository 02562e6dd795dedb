/* When new numbers of a pattern may follow those published (statistics §8, §9). */
#include <criterion/criterion.h>

#include "decide.h"
#include "instant.h"

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

TestSuite(publish_again, .init = set_up, .fini = tear_down);

/* The numbers from `from` to `to`. */
static struct fingerprints prints(uint64_t from, uint64_t to)
{
	uint64_t *items = arena_array(&arena, uint64_t, to - from + 1);

	for (uint64_t i = from; i <= to; i++)
		items[i - from] = i;
	return (struct fingerprints){ items, to - from + 1 };
}

static struct pattern pattern_of(int64_t sample_size)
{
	return (struct pattern){
		.pattern_key = "k",
		.status = PATTERN_ACTIVE,
		.sample_size = sample_size,
		.held_out.result = HELD_OUT_PASSED,
	};
}

struct situation {
	struct pattern stored;
	struct publication publication;
	struct found_pattern found;
	struct pattern_case c;
};

/* 20 levellers and 100 others are published, nothing has changed. */
static struct situation *situation(void)
{
	struct situation *s = arena_new(&arena, struct situation);

	s->stored = pattern_of(20);
	s->stored.version = 3;
	s->publication = (struct publication){
		.pattern_key = "k",
		.inside = { prints(1, 20), prints(1001, 1100) },
	};
	s->found = (struct found_pattern){ .pattern = pattern_of(21),
					   .inside = s->publication.inside };
	s->c = (struct pattern_case){
		.found = &s->found,
		.stored = &s->stored,
		.publication = &s->publication,
		.as_of = AS_OF,
		.k = 5,
	};
	return s;
}

static void assert_moves(const struct situation *s, bool moves, const char *what)
{
	struct ruling ruling = rule_on_pattern(&s->c, &arena);

	cr_assert(ruling.stands, "%s", what);
	cr_assert_eq(ruling.renewed, moves, "%s", what);
	cr_assert_eq(ruling.pattern.sample_size, moves ? 21 : 20, "%s", what);
	cr_assert_str_eq(ruling.result,
			 moves ? "published" : "frozen: fewer than 5 contractors differ");
}

Test(publish_again, a_first_pattern_needs_nothing)
{
	struct situation *s = situation();

	s->c.stored = NULL;
	s->c.publication = NULL;
	assert_moves(s, true, "never published");
}

Test(publish_again, four_levellers_would_give_one_another_away)
{
	struct situation *s = situation();

	assert_moves(s, true, "nobody differs");
	s->found.inside.levellers = prints(1, 21);
	assert_moves(s, false, "one more");
	s->found.inside.levellers = prints(1, 24);
	assert_moves(s, false, "four more");
	s->found.inside.levellers = prints(1, 25);
	assert_moves(s, true, "five more");
	s->found.inside.levellers = prints(5, 20);
	assert_moves(s, false, "four are gone");
	s->found.inside.levellers = prints(6, 20);
	assert_moves(s, true, "five are gone");
	s->found.inside.levellers = prints(4, 23);
	assert_moves(s, false, "three are gone, three are new: three may have changed");
	s->found.inside.levellers = prints(6, 25);
	assert_moves(s, true, "five are gone, five are new");
}

/* Numbers of levellers tell of one who joins them, however many others changed. */
Test(publish_again, others_do_not_hide_a_leveller)
{
	struct situation *s = situation();

	s->found.inside.others = prints(1051, 1200);
	assert_moves(s, true, "many others");
	s->found.inside.levellers = prints(1, 21);
	assert_moves(s, false, "and one leveller");
	s->found.inside.levellers = prints(1, 25);
	s->found.inside.others = prints(1003, 1100);
	assert_moves(s, false, "five levellers, and two of the others");
}

Test(publish_again, a_sub_cohort_waits_for_the_whole_and_for_those_outside)
{
	struct situation *s = situation();

	s->publication.outside = s->found.outside =
		(struct contributions){ prints(21, 60), prints(1101, 1200) };
	s->found.inside.levellers = prints(1, 25);
	s->found.outside.levellers = prints(26, 60);
	assert_moves(s, true, "five went from outside to inside");
	s->found.outside.levellers = prints(22, 60);
	assert_moves(s, false, "one outside");
	s->found.outside.levellers = prints(26, 60);
	s->c.parent_held = true;
	cr_assert_str_eq(rule_on_pattern(&s->c, &arena).result,
			 "frozen: with the whole cohort's pattern");
}

Test(publish_again, a_removed_pattern_comes_back_by_the_same_rule)
{
	struct situation *s = situation();

	s->stored.status = PATTERN_REMOVED;
	s->stored.status_reason = "too few";
	s->found.inside.levellers = prints(1, 21);
	assert_moves(s, false, "one more: with the numbers that it had");
	cr_assert_eq(rule_on_pattern(&s->c, &arena).pattern.status, PATTERN_ACTIVE);
	cr_assert_null(rule_on_pattern(&s->c, &arena).pattern.status_reason);
	s->found.inside.levellers = prints(1, 25);
	assert_moves(s, true, "five more");
	s->found.inside.levellers = prints(1, 21);
	s->publication.erased_since = (struct optional_time){ AS_OF - 1, true };
	cr_assert_not(rule_on_pattern(&s->c, &arena).stands, "somebody in them was erased");
}

Test(publish_again, what_fails_on_the_held_out_is_not_published)
{
	struct situation *s = situation();
	struct ruling ruling;

	s->found.pattern.held_out.result = HELD_OUT_FAILED;
	s->c.stored = NULL;
	s->c.publication = NULL;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert_not(ruling.stands);
	cr_assert_str_eq(ruling.result, "held back: held-out test failed");
}

Test(publish_again, a_published_one_that_fails_is_downgraded)
{
	struct situation *s = situation();
	struct ruling ruling;

	s->found.pattern.held_out.result = HELD_OUT_FAILED;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert(ruling.stands && !ruling.renewed);
	cr_assert_eq(ruling.pattern.status, PATTERN_DOWNGRADED);
	cr_assert_eq(ruling.pattern.held_out.result, HELD_OUT_FAILED);
	cr_assert_eq(ruling.pattern.sample_size, 20, "its numbers stay");

	s->stored = ruling.pattern;
	s->found.pattern.held_out.result = HELD_OUT_PASSED;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert_eq(ruling.pattern.status, PATTERN_ACTIVE);
}

Test(publish_again, an_erased_contractor_is_gone_in_thirty_days)
{
	struct situation *s = situation();
	struct ruling ruling;

	s->c.erased_at = (struct optional_time){ AS_OF + 1, true };
	s->found.inside.levellers = prints(2, 20);
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert(ruling.stands && !ruling.renewed);
	cr_assert_eq(ruling.erased_since.value, AS_OF, "by whatever clock");
	s->c.erased_at.value = AS_OF - US_PER_DAY;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert_eq(ruling.erased_since.value, AS_OF - US_PER_DAY, "not since this look");
	ruling.erased_since.value = AS_OF;

	/* He was noticed, the marks are gone; nothing else happens to the transition. */
	s->publication.erased_since = ruling.erased_since;
	s->c.erased_at.present = false;
	s->c.found = NULL;
	s->c.as_of = AS_OF + 30 * US_PER_DAY;
	cr_assert(rule_on_pattern(&s->c, &arena).stands);
	s->c.as_of++;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert_not(ruling.stands);
	cr_assert(ruling.removed);

	s->c.found = &s->found;
	s->found.inside.levellers = prints(2, 26);
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert(ruling.renewed, "with enough others he is replaced");
	cr_assert_not(ruling.erased_since.present);
}

Test(publish_again, an_erasure_is_remembered_while_it_is_held_back)
{
	struct situation *s = situation();
	struct ruling ruling;

	s->stored.status = PATTERN_REMOVED;
	s->publication.erased_since = (struct optional_time){ AS_OF - 1, true };
	s->found.pattern.held_out.result = HELD_OUT_FAILED;
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert(!ruling.stands && ruling.erased_since.present);
	s->publication.erased_since.present = false;
	s->c.erased_at = (struct optional_time){ AS_OF, true };
	ruling = rule_on_pattern(&s->c, &arena);
	cr_assert(!ruling.stands && ruling.erased_since.present, "nor is one of now overlooked");
}

/* ---- what votes say of partners ---- */

static pattern_items partner_said(const char *item, double success)
{
	struct pattern_item *partner = arena_new(&arena, struct pattern_item);

	*partner = (struct pattern_item){ .item = item, .outcome_success = { success, true } };
	return (pattern_items){ partner, 1 };
}

/* Of 20 voters were told that users of "x" do well; the votes of now say less. */
static struct situation *voted(void)
{
	struct situation *s = situation();

	s->publication.voters = prints(1, 20);
	s->stored.common_partners = partner_said("x", 0.8);
	s->found.pattern.common_partners = partner_said("x", 0.6);
	return s;
}

static void expect_outcome(struct situation *s, struct fingerprints voters, double wanted,
			   const char *what)
{
	s->c.voters = voters;

	struct ruling ruling = rule_on_pattern(&s->c, &arena);
	const struct optional_number *said =
		&ruling.pattern.common_partners.items[0].outcome_success;

	cr_assert(ruling.renewed, "%s: the other numbers move", what);
	cr_expect_eq(said->present ? said->value : -1, wanted, "%s: %g", what, said->value);
	cr_expect_eq(ruling.outcomes_renewed, wanted == 0.6, "%s", what);
}

Test(publish_again, day6_outcomes_of_partners_wait_for_five_voters)
{
	struct situation *s = voted();

	expect_outcome(s, prints(1, 20), 0.6, "nobody voted: only time has passed");
	expect_outcome(s, prints(1, 24), 0.8, "four more");
	expect_outcome(s, prints(4, 23), 0.8, "three changed theirs");
	expect_outcome(s, prints(1, 25), 0.6, "five more");
	expect_outcome(s, prints(6, 25), 0.6, "five changed theirs");
}

Test(publish_again, outcomes_of_partners_stay_with_all_numbers)
{
	struct situation *s = voted();
	struct ruling ruling;

	s->found.inside.levellers = prints(1, 21);
	s->c.voters = prints(101, 200);
	ruling = rule_on_pattern(&s->c, &arena);
	cr_expect(!ruling.renewed && !ruling.outcomes_renewed);
	cr_expect_eq(ruling.pattern.common_partners.items[0].outcome_success.value, 0.8);
}

Test(publish_again, outcomes_that_an_erased_contractor_may_be_in_are_not_kept)
{
	struct situation *s = voted();

	s->c.erased_at = (struct optional_time){ AS_OF, true };
	expect_outcome(s, prints(1, 19), -1, "he may have voted");
	s->c.erased_at.present = false;
	s->publication.erased_since = (struct optional_time){ AS_OF - 1, true };
	expect_outcome(s, prints(1, 19), -1, "and may still be in them");
	expect_outcome(s, prints(1, 15), 0.6, "until five differ");
}

Test(publish_again, a_partner_that_is_new_on_the_list_has_no_frozen_outcomes)
{
	struct situation *s = voted();

	s->stored.common_partners = partner_said("y", 0.8);
	expect_outcome(s, prints(1, 21), -1, "nothing was said of it");
}
