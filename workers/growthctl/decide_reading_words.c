#include "decide_reading_words.h"

#define ARGUMENTS_MAX 8

#define FIXED_MAX 3

/* A case of a sentence: the values that make it. The other arguments stay places for values. */
struct reading_case {
	const char *key;
	enum sentence sentence;
	struct template_value fixed[FIXED_MAX];
};

#define NO_LOW SAY_TEXT("low", NULL)
#define ONE_MONTH SAY_NUMBER("high", 1)
#define WITHIN_ONE_MONTH SAY_NUMBER("months", 1)
#define AT_ONCE SAY_NUMBER("spent", 0)

static const struct reading_case cases[] = {
	{ "percent", SENTENCE_PERCENT, { { .name = NULL } } },
	{ "at_least", SENTENCE_AT_LEAST, { { .name = NULL } } },
	{ "partner_sentence", SENTENCE_PARTNER, { { .name = NULL } } },
	{ "partner_unrated", SENTENCE_PARTNER, { SAY_TEXT("satisfaction", NULL) } },
	{ "partner_like_you", SENTENCE_PARTNER_LIKE_YOU, { { .name = NULL } } },
	{ "book_sentence", SENTENCE_CONTENT, { SAY_TEXT("kind", "book") } },
	{ "podcast_sentence", SENTENCE_CONTENT, { SAY_TEXT("kind", "podcast") } },
	{ "event_sentence", SENTENCE_CONTENT, { SAY_TEXT("kind", "event") } },
	{ "hint", SENTENCE_HINT, { SAY_TEXT("grade", "C") } },
	{ "common", SENTENCE_HINT, { SAY_TEXT("grade", "D") } },
	{ "goal_source_withdrawn", SENTENCE_GOAL_SOURCE_WITHDRAWN, { { .name = NULL } } },
	{ "timeline_range", SENTENCE_TIMELINE, { AT_ONCE } },
	{ "timeline_range_more", SENTENCE_TIMELINE, { { .name = NULL } } },
	{ "timeline_one", SENTENCE_TIMELINE, { AT_ONCE, NO_LOW, ONE_MONTH } },
	{ "timeline_one_more", SENTENCE_TIMELINE, { NO_LOW, ONE_MONTH } },
	{ "timeline_same", SENTENCE_TIMELINE, { AT_ONCE, NO_LOW } },
	{ "timeline_same_more", SENTENCE_TIMELINE, { NO_LOW } },
	{ "timeline_first_seen", SENTENCE_TIMELINE_FIRST_SEEN, { { .name = NULL } } },
	{ "timeline_share", SENTENCE_TIMELINE_SHARE, { AT_ONCE } },
	{ "timeline_share_more", SENTENCE_TIMELINE_SHARE, { { .name = NULL } } },
	{ "timeline_share_one", SENTENCE_TIMELINE_SHARE, { AT_ONCE, WITHIN_ONE_MONTH } },
	{ "timeline_share_one_more", SENTENCE_TIMELINE_SHARE, { WITHIN_ONE_MONTH } },
	{ "timeline_longer", SENTENCE_TIMELINE_LONGER, { { .name = NULL } } },
	{ "timeline_longer_one", SENTENCE_TIMELINE_LONGER, { SAY_NUMBER("spent", 1) } },
	{ "timeline_none", SENTENCE_TIMELINE_NONE, { { .name = NULL } } },
	{ "timeline_reached", SENTENCE_TIMELINE_REACHED, { { .name = NULL } } },
};

static const char *template_of(const struct wording *wording, const struct reading_case *one,
			       struct arena *arena)
{
	struct template_value values[FIXED_MAX + ARGUMENTS_MAX + 1] = { { .name = NULL } };
	const char *arguments = wording_options[one->sentence].arguments;
	size_t count = 0;

	/* The first value of a name counts. */
	while (count < FIXED_MAX && one->fixed[count].name) {
		values[count] = one->fixed[count];
		count++;
	}
	for (const char *at = arguments; *at && count < FIXED_MAX + ARGUMENTS_MAX;) {
		const char *name;

		at += *at == '#';
		name = arena_strndup(arena, at, strcspn(at, " "));
		values[count].name = name;
		values[count++].text = arena_printf(arena, "{%s}", name);
		at += strlen(name);
		at += strspn(at, " ");
	}
	return say_values(wording, one->sentence, arena, values);
}

struct reading_text *reading_texts(const struct wording *wording, size_t *ret_count,
				   struct arena *arena)
{
	size_t count = sizeof(cases) / sizeof(cases[0]);
	struct reading_text *texts = arena_array(arena, struct reading_text, count);

	for (size_t i = 0; i < count; i++)
		texts[i] = (struct reading_text){ cases[i].key,
						  template_of(wording, &cases[i], arena) };
	*ret_count = count;
	return texts;
}
