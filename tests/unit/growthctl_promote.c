/* Where a promoted database goes on in live's topics, and what readers of patterns are told. */
#include <criterion/criterion.h>
#include <string.h>

#include "decide_promote.h"

/* Live: offset 100 of a log of 10 to 120, sequence 7, of which Kafka has all; epoch 3. */
static const struct position live = {
	.topic = "action.recorded",
	.partition = 2,
	.stored = true,
	.next_offset = 100,
	.sequence = 7,
	.epoch = 3,
	.committed = true,
	.committed_offset = 100,
	.published = { 7, true },
	.log_start = 10,
	.log_end = 120,
};

static struct new_position decided(enum switch_kind kind, const struct position *current,
				   struct switch_position position)
{
	struct new_position new = { 0 };
	struct err err = { 0 };

	position.worker = "matcher";
	position.current = current;
	cr_assert(switch_position_decide(kind, &position, &new, &err), "%s", err.text);
	return new;
}

static const char *refused(enum switch_kind kind, const struct position *current,
			   struct switch_position position)
{
	static struct err err;
	struct new_position new;

	err = (struct err){ 0 };
	position.worker = "matcher";
	position.current = current;
	cr_assert_not(switch_position_decide(kind, &position, &new, &err));
	return err.text;
}

#define FED(offset) .fed_from = { 10, true }, .fed = { (offset), true }

Test(promote, goes_on_where_it_was_fed_to)
{
	struct new_position new =
		decided(SWITCH_PROMOTE, &live, (struct switch_position){ FED(100) });

	cr_expect_eq(new.next_offset, 100);
	cr_expect_eq(new.again, 0);
	new = decided(SWITCH_PROMOTE, &live, (struct switch_position){ FED(60), .behind = true });
	cr_expect_eq(new.next_offset, 60);
	cr_expect_eq(new.again, 40);
}

Test(promote, markers_of_transactions_are_no_lead)
{
	cr_expect_eq(
		decided(SWITCH_PROMOTE, &live, (struct switch_position){ FED(120) }).next_offset,
		100);
	cr_expect(strstr(refused(SWITCH_PROMOTE, &live,
				 (struct switch_position){ FED(120), .behind = true }),
			 "the replay is ahead of live"));
}

Test(promote, what_was_not_fed_goes_on_where_live_is)
{
	cr_expect_eq(decided(SWITCH_PROMOTE, &live,
			     (struct switch_position){
				     .derived = true, .stored = true, .next_offset = 44 })
			     .next_offset,
		     100);
	cr_expect(strstr(refused(SWITCH_PROMOTE, &live,
				 (struct switch_position){ .derived = true, .behind = true }),
			 "has not handled what its own workers have told"));
}

Test(promote, a_partition_that_came_later_is_not_left_out)
{
	cr_expect(strstr(
		refused(SWITCH_PROMOTE, &live, (struct switch_position){ .needs_feeding = true }),
		"was not fed from this partition"));
}

Test(promote, nothing_that_live_has_decided_is_lost)
{
	struct position waiting = live, stopped = live;

	waiting.waiting = 1;
	cr_expect(strstr(refused(SWITCH_PROMOTE, &waiting, (struct switch_position){ FED(100) }),
			 "has not published all that it has decided"));
	stopped.word = POSITION_STOPPED;
	stopped.reason = "the group has no committed offset";
	cr_expect_str_eq(refused(SWITCH_PROMOTE, &stopped, (struct switch_position){ FED(100) }),
			 "matcher, action.recorded[2]: the group has no committed offset");
	cr_expect(strstr(
		refused(SWITCH_PROMOTE, &live,
			(struct switch_position){ .fed_from = { 11, true }, .fed = { 100, true } }),
		"left out the beginning"));
}

Test(promote, the_sequence_and_the_epoch_are_above_all_others)
{
	struct position behind = live;
	struct new_position new = decided(
		SWITCH_PROMOTE, &live,
		(struct switch_position){ FED(100), .stored = true, .sequence = 900, .epoch = 50 });

	/* The shadow's sequences are of its own topics. */
	cr_expect_eq(new.sequence, 7);
	cr_expect_eq(new.epoch, 51);
	behind.sequence = 5;
	behind.published.value = 6;
	cr_expect_eq(
		decided(SWITCH_PROMOTE, &behind, (struct switch_position){ FED(100) }).sequence, 6);
	new = decided(SWITCH_UNDO, &live,
		      (struct switch_position){
			      .stored = true, .next_offset = 80, .sequence = 9, .epoch = 2 });
	cr_expect_eq(new.sequence, 9);
	cr_expect_eq(new.epoch, 4);
}

Test(promote, undo_goes_on_where_the_former_live_was)
{
	struct new_position new = decided(
		SWITCH_UNDO, &live, (struct switch_position){ .stored = true, .next_offset = 80 });

	cr_expect_eq(new.next_offset, 80);
	cr_expect_eq(new.again, 20);
	/* What was made of it meanwhile, it makes itself. */
	cr_expect_eq(decided(SWITCH_UNDO, &live,
			     (struct switch_position){
				     .stored = true, .next_offset = 80, .derived = true })
			     .next_offset,
		     120);
	cr_expect(strstr(refused(SWITCH_UNDO, &live,
				 (struct switch_position){ .stored = true, .next_offset = 5 }),
			 "no longer has"));
}

Test(promote, what_was_never_begun_begins)
{
	const struct position none = { .topic = "goal.created", .log_end = 0 };
	struct new_position new =
		decided(SWITCH_PROMOTE, &none, (struct switch_position){ .fed = { 0, true } });

	cr_expect_eq(new.next_offset, 0);
	cr_expect_eq(new.sequence, 0);
	cr_expect_eq(new.epoch, 1);
}

/* ---- patterns ---- */

struct side_of_case {
	int64_t version; /* 0: there is none */
	const char *status, *content;
};

Test(promote, patterns_are_published_where_readers_hold_others)
{
	static const struct {
		struct side_of_case current, next;
		bool all;
		int64_t version; /* 0: nothing becomes of it */
		bool published, withdrawn, removed;
	} cases[] = {
		{ { 3, "active", "a" }, { 3, "active", "a" }, false, 3, false, false, false },
		{ { 5, "active", "a" }, { 3, "active", "a" }, false, 5, false, false, false },
		/* Below what its own history has used, a next version would be there already. */
		{ { 3, "active", "a" }, { 5, "active", "a" }, false, 6, true, false, false },
		{ { 5, "active", "a" }, { 3, "active", "b" }, false, 6, true, false, false },
		{ { 3, "active", "a" }, { 5, "active", "b" }, false, 6, true, false, false },
		{ { 0, NULL, NULL }, { 2, "active", "b" }, false, 3, true, false, false },
		{ { 2, "active", "a" }, { 0, NULL, NULL }, false, 3, true, true, true },
		{ { 2, "removed", "a" }, { 0, NULL, NULL }, false, 0, false, false, false },
		{ { 2, "active", "a" }, { 2, "removed", "b" }, false, 3, true, false, true },
		{ { 5, "active", "a" }, { 3, "active", "a" }, true, 6, true, false, false },
	};
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct stored_pattern current = { "k", cases[i].current.version,
							cases[i].current.status,
							cases[i].current.content };
		const struct stored_pattern next = { "k", cases[i].next.version,
						     cases[i].next.status, cases[i].next.content };
		struct pattern_switch *patterns;
		size_t count;

		patterns_switch(&current, current.version > 0, &next, next.version > 0,
				cases[i].all, &arena, &patterns, &count);
		cr_assert_eq(count, cases[i].version > 0, "case %zu", i);
		if (!count)
			continue;
		cr_expect_eq(patterns[0].version, cases[i].version, "case %zu", i);
		cr_expect_eq(patterns[0].content != NULL, cases[i].published, "case %zu", i);
		cr_expect_eq(patterns[0].withdrawn, cases[i].withdrawn, "case %zu", i);
		cr_expect_eq(patterns[0].removed, cases[i].removed, "case %zu", i);
	}
	arena_release(&arena);
}

Test(promote, patterns_of_both_are_paired_by_key)
{
	const struct stored_pattern current[] = { { "a", 1, "active", "x" },
						  { "c", 1, "active", "x" } };
	const struct stored_pattern next[] = { { "b", 1, "active", "x" },
					       { "c", 1, "active", "x" },
					       { "d", 1, "active", "x" } };
	static const char *const keys[] = { "a", "b", "c", "d" };
	struct pattern_switch *patterns;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	patterns_switch(current, 2, next, 3, false, &arena, &patterns, &count);
	cr_assert_eq(count, 4);
	for (size_t i = 0; i < count; i++) {
		cr_expect_str_eq(patterns[i].pattern_key, keys[i]);
		cr_expect_eq(patterns[i].content == NULL, i == 2);
	}
	arena_release(&arena);
}
