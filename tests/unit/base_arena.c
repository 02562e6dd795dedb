/* A batch's memory: what is handed out, taken back, and released. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(arena, .init = set_up, .fini = tear_down);

Test(arena, memory_is_zeroed_aligned_and_apart)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 17, 4096, 65536, 3000000, 1 };
	unsigned char *blocks[sizeof(sizes) / sizeof(*sizes)];
	size_t count = sizeof(sizes) / sizeof(*sizes);

	for (size_t i = 0; i < count; i++) {
		blocks[i] = arena_alloc(&arena, sizes[i]);
		cr_assert_not_null(blocks[i], "%zu bytes", sizes[i]);
		cr_assert_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0, "%zu bytes",
			     sizes[i]);
		for (size_t b = 0; b < sizes[i]; b++)
			cr_assert_eq(blocks[i][b], 0, "byte %zu of %zu", b, sizes[i]);
		memset(blocks[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t b = 0; b < sizes[i]; b++)
			cr_assert_eq(blocks[i][b], i + 1, "byte %zu of %zu was overwritten", b,
				     sizes[i]);
}

Test(arena, memory_is_zeroed_again_after_rewind_and_reset)
{
	struct arena_mark mark = arena_mark(&arena);

	for (int round = 0; round < 4; round++) {
		unsigned char *bytes = arena_alloc(&arena, 1000);

		for (size_t b = 0; b < 1000; b++)
			cr_assert_eq(bytes[b], 0, "round %d, byte %zu", round, b);
		memset(bytes, 0xff, 1000);
		if (round < 2) {
			arena_rewind(&arena, mark);
		} else {
			arena_reset(&arena);
		}
	}
}

Test(arena, odd_texts_do_not_spoil_alignment)
{
	arena_strdup(&arena, "ab");
	cr_assert_eq((uintptr_t)arena_new(&arena, double) % _Alignof(max_align_t), 0);
}

Test(arena, what_was_before_the_mark_survives_a_rewind)
{
	char *before = arena_strdup(&arena, "before");
	size_t used = arena.used, reserved = arena.reserved;
	struct arena_mark mark = arena_mark(&arena);

	for (int i = 0; i < 100; i++) /* several blocks */
		arena_alloc(&arena, 50000);
	arena_rewind(&arena, mark);

	cr_assert_str_eq(before, "before");
	cr_assert_eq(arena.used, used);
	cr_assert_eq(arena.reserved, reserved, "blocks since the mark are given back");
	cr_assert_str_eq(arena_strdup(&arena, "after"), "after");
	cr_assert_str_eq(before, "before");
}

Test(arena, what_was_rewound_is_used_again)
{
	arena_alloc(&arena, 100);

	struct arena_mark mark = arena_mark(&arena);
	arena_alloc(&arena, 1000);
	size_t reserved = arena.reserved;
	for (int i = 0; i < 1000; i++) {
		arena_rewind(&arena, mark);
		arena_alloc(&arena, 1000);
		cr_assert_eq(arena.reserved, reserved, "after %d times", i);
	}
}

Test(arena, a_mark_of_the_empty_arena_takes_everything_back)
{
	struct arena_mark mark = arena_mark(&arena);

	arena_alloc(&arena, 100000);
	arena_rewind(&arena, mark);
	cr_assert_eq(arena.used, 0);
	cr_assert_eq(arena.reserved, 0);
}

static char released[16];
static size_t released_count;

static void note_release(void *object)
{
	released[released_count++] = *(char *)object;
}

Test(arena, deferred_objects_are_released_once_and_newest_first)
{
	static char names[] = "abcd";

	arena_defer(&arena, note_release, &names[0]);
	arena_defer(&arena, note_release, &names[1]);

	struct arena_mark mark = arena_mark(&arena);
	arena_defer(&arena, note_release, &names[2]);
	arena_alloc(&arena, 5000000);
	arena_defer(&arena, note_release, &names[3]);
	arena_rewind(&arena, mark);
	cr_assert_str_eq(released, "dc", "a rewind releases what came since the mark");

	arena_reset(&arena);
	cr_assert_str_eq(released, "dcba");
	arena_release(&arena);
	cr_assert_str_eq(released, "dcba", "nothing is released twice");
}

Test(arena, what_is_adopted_lives_and_is_released_with_the_rest)
{
	static char names[] = "ab";
	struct arena other;

	arena_init(&other);
	arena_defer(&other, note_release, &names[0]);
	for (int i = 0; i < 30; i++)
		arena_alloc(&other, 50000);

	char *own = arena_strdup(&arena, "own"), *adopted = arena_strdup(&other, "adopted");

	arena_defer(&arena, note_release, &names[1]);

	size_t used = arena.used + other.used, reserved = arena.reserved + other.reserved;
	struct arena_mark mark = arena_mark(&arena);

	arena_adopt(&arena, &other);
	cr_assert_eq(arena.used, used);
	cr_assert_eq(arena.reserved, reserved);
	arena_release(&other);
	arena_rewind(&arena, mark);
	cr_assert_str_eq(own, "own");
	cr_assert_str_eq(adopted, "adopted", "an older mark does not take it back");
	cr_assert_str_eq(released, "");
	arena_release(&arena);
	cr_assert_str_eq(released, "ba");
}

Test(arena, a_reset_keeps_a_few_regular_blocks)
{
	for (int i = 0; i < 1000; i++)
		arena_alloc(&arena, 10000);

	size_t before = arena.reserved;
	arena_reset(&arena);
	cr_assert_eq(arena.used, 0);
	cr_assert_leq(arena.reserved, 4 * 1024 * 1024);
	cr_assert_lt(arena.reserved, before);

	arena_alloc(&arena, 64 * 1024 * 1024);
	arena_reset(&arena);
	cr_assert_leq(arena.reserved, 4 * 1024 * 1024,
		      "one huge message is not paid for ever after");

	arena_release(&arena);
	cr_assert_eq(arena.reserved, 0);
}

Test(arena, an_array_grows_with_its_items)
{
	int *items = arena_grow(&arena, NULL, 0, 2, sizeof(*items));

	cr_assert_eq(items[0] | items[1], 0);
	items[0] = 1;
	items[1] = 2;
	items = arena_grow(&arena, items, 2, 4, sizeof(*items));
	cr_assert_eq(items[0], 1);
	cr_assert_eq(items[1], 2);
	cr_assert_eq(items[2] | items[3], 0, "the new part is zero");
}

Test(arena, there_is_room_for_one_more)
{
	size_t capacity = 0, grown = 0;
	size_t *items = NULL;

	for (size_t i = 0; i < 1000; i++) {
		const size_t former = capacity;

		items = arena_room(&arena, items, i, &capacity, sizeof(*items));
		items[i] = i;
		grown += capacity != former;
	}
	for (size_t i = 0; i < 1000; i++)
		cr_assert_eq(items[i], i);
	cr_expect_lt(grown, 12, "by doubling");
}

Test(arena, texts_are_copied)
{
	char long_text[2000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';

	cr_assert_null(arena_strdup(&arena, NULL));
	cr_assert_str_eq(arena_strndup(&arena, "goal and more", 4), "goal");
	cr_assert_str_eq(arena_strndup(&arena, NULL, 0), "");
	cr_assert_str_eq(arena_printf(&arena, "%s-%d", "goal", 7), "goal-7");
	cr_assert_str_eq(arena_printf(&arena, "%s", long_text), long_text);
	cr_assert_eq(memcmp(arena_memdup(&arena, "a\0b", 3), "a\0b", 3), 0);
}

Test(arena, out_of_memory_ends_the_process, .exit_code = 71)
{
	arena_alloc(&arena, SIZE_MAX - 8);
}

Test(arena, an_array_too_large_to_count_aborts, .signal = SIGABRT)
{
	arena_array(&arena, double, SIZE_MAX / 4);
}

#ifdef __SANITIZE_ADDRESS__
Test(arena, an_overrun_is_caught_in_sanitizer_builds, .exit_code = 1)
{
	volatile size_t behind = 24;
	char *bytes = arena_alloc(&arena, behind);

	cr_redirect_stderr(); /* the report is expected */
	arena_alloc(&arena, behind);
	bytes[behind] = 1;
}
#endif
