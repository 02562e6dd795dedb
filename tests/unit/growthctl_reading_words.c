/* Sentences as SQL gets them: {name} is all that it has to replace. */
#include <criterion/criterion.h>

#include "decide_reading_words.h"

static struct arena arena;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_release(&arena);
}

TestSuite(reading_words, .init = set_up, .fini = tear_down);

static const char *text_of(const struct wording *wording, const char *key)
{
	size_t count;
	const struct reading_text *texts = reading_texts(wording, &count, &arena);

	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i].key, key) == 0)
			return texts[i].template;
	return NULL;
}

Test(reading_words, each_case_of_a_sentence_is_a_text_of_its_own)
{
	static const struct wording wording;
	static const struct {
		const char *key, *text;
	} cases[] = {
		{ "at_least", "at least {rate}" },
		{ "percent", "{percent}%" },
		{ "partner_sentence",
		  "{partner} (used by {rate} of contractors who went from {from} to "
		  "{to}, avg satisfaction {satisfaction}/5)" },
		{ "partner_unrated",
		  "{partner} (used by {rate} of contractors who went from {from} to {to})" },
		{ "partner_like_you", "Contractors like you used {partner}" },
		{ "book_sentence", "{rate} of contractors who scaled to {to} read '{item}'" },
		{ "podcast_sentence",
		  "{rate} of contractors who scaled to {to} listened to '{item}'" },
		{ "event_sentence", "{rate} of contractors who scaled to {to} attended {item}" },
		{ "timeline_range",
		  "Based on similar contractors, expect {low}-{high} months to reach {to}" },
		{ "timeline_range_more",
		  "Based on similar contractors, expect {low}-{high} more months to reach {to}" },
		{ "timeline_same",
		  "Based on similar contractors, expect {high} months to reach {to}" },
		{ "timeline_one", "Based on similar contractors, expect 1 month to reach {to}" },
		{ "timeline_one_more",
		  "Based on similar contractors, expect 1 more month to reach {to}" },
		{ "timeline_share", "; about {share} get there within {months} months" },
		{ "timeline_share_more", "; about {share} get there within {months} more months" },
		{ "timeline_share_one", "; about {share} get there within 1 month" },
		{ "timeline_share_one_more", "; about {share} get there within 1 more month" },
		{ "timeline_longer", "{spent} months in {from} is longer than observed so far of "
				     "contractors who reached {to}: no range can be given" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(text_of(&wording, cases[i].key), cases[i].text, "%s: %s",
				 cases[i].key, text_of(&wording, cases[i].key));
}

Test(reading_words, follow_the_configuration)
{
	struct wording wording = {
		.templates[SENTENCE_TIMELINE] =
			"{spent, plural, =0 {At once} other {After {spent} months}}: {high} to {to}",
	};

	cr_expect_str_eq(text_of(&wording, "timeline_range"), "At once: {high} to {to}");
	cr_expect_str_eq(text_of(&wording, "timeline_range_more"),
			 "After {spent} months: {high} to {to}");
}

Test(reading_words, name_only_what_can_be_replaced)
{
	static const struct wording wording;
	size_t count;
	const struct reading_text *texts = reading_texts(&wording, &count, &arena);

	cr_assert(count > 0);
	for (size_t i = 0; i < count; i++)
		for (const char *at = texts[i].template; (at = strchr(at, '{')); at++) {
			size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");

			cr_expect(length > 0 && at[1 + length] == '}', "%s: %s", texts[i].key,
				  texts[i].template);
		}
}
