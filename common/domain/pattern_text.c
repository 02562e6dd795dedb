#include <math.h>
#include <string.h>

#include "pattern.h"
#include "pattern_text.h"
#include "utf8.h"

#define EXAMPLES 3
#define EXAMPLE_USAGE 0.20 /* what fewer did is no example of what is common */

const char *pattern_name_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
			    struct arena *arena)
{
	const char *type = plain_words(pattern->pattern_type, arena);
	const char *name =
		say(&vocabulary->wording, SENTENCE_PATTERN_NAME, arena,
		    SAY_TEXT("type", capitalized(type, arena)),
		    SAY_TEXT("from", label_of(&vocabulary->tiers, pattern->from_revenue_tier)),
		    SAY_TEXT("to", label_of(&vocabulary->tiers, pattern->to_revenue_tier)));

	return arena_strndup(arena, name, utf8_cut(name, strlen(name), PATTERN_NAME_MAX));
}

struct example {
	const struct pattern_item *item;
	const char *kind; /* said before an id that says nothing by itself; NULL: nothing */
};

/* Puts the items of one list where they belong among the most common ones so far. Ties keep the
 * order of the lists. */
static size_t pick_examples(struct example *examples, size_t count, const pattern_items *list,
			    const char *kind)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct pattern_item *item = &list->items[i];
		double rate = item->usage_rate;
		size_t place;

		if (rate < EXAMPLE_USAGE)
			continue;
		if (count == EXAMPLES && rate <= examples[EXAMPLES - 1].item->usage_rate)
			continue;
		place = count < EXAMPLES ? count++ : EXAMPLES - 1;
		for (; place > 0 && rate > examples[place - 1].item->usage_rate; place--)
			examples[place] = examples[place - 1];
		examples[place] = (struct example){ item, kind };
	}
	return count;
}

static const char *example_text(const struct example *example, const struct wording *wording,
				struct arena *arena)
{
	const struct pattern_item *item = example->item;

	return say(wording, SENTENCE_PATTERN_EXAMPLE, arena,
		   SAY_TEXT("kind", item->name ? NULL : example->kind),
		   SAY_TEXT("item", item->name ? item->name : plain_words(item->item, arena)),
		   SAY_TEXT("rate", rate_text(wording, item->usage_rate, item->at_least, arena)));
}

/* NULL: there are none. */
static const char *examples_text(const struct pattern *pattern, const struct wording *wording,
				 struct arena *arena)
{
	struct example examples[EXAMPLES] = { 0 };
	const char *texts[EXAMPLES];
	size_t count = 0;

	count = pick_examples(examples, count, &pattern->common_milestones, NULL);
	count = pick_examples(examples, count, &pattern->common_partners, "partner");
	count = pick_examples(examples, count, &pattern->common_books, "book");
	count = pick_examples(examples, count, &pattern->common_podcasts, "podcast");
	count = pick_examples(examples, count, &pattern->common_events, "event");
	count = pick_examples(examples, count, &pattern->common_focus_areas, NULL);
	for (size_t i = 0; i < count; i++)
		texts[i] = example_text(&examples[i], wording, arena);
	return enumerate(wording, texts, count, SENTENCE_LIST_MORE, arena);
}

const char *pattern_description_of(const struct pattern *pattern,
				   const struct vocabulary *vocabulary, struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	const struct timeline *timeline = &pattern->timeline;
	bool whole = strcmp(pattern->pattern_type, PATTERN_TYPE_WHOLE) == 0;
	const char *focus = whole ? NULL : plain_words(pattern->pattern_type, arena);
	const char *low = NULL;

	if (timeline->low.present && timeline->high.present)
		low = arena_printf(arena, "%.0f", timeline->low.value);

	return say(wording, SENTENCE_PATTERN_DESCRIPTION, arena,
		   SAY_NUMBER("contractors", pattern->sample_size), SAY_TEXT("focus", focus),
		   SAY_TEXT("from", label_of(&vocabulary->tiers, pattern->from_revenue_tier)),
		   SAY_TEXT("to", label_of(&vocabulary->tiers, pattern->to_revenue_tier)),
		   SAY_TEXT("low", low),
		   SAY_NUMBER("high", (int64_t)nearbyint(timeline->high.value)),
		   SAY_TEXT("basis", timeline->basis),
		   SAY_TEXT("examples", examples_text(pattern, wording, arena)));
}
