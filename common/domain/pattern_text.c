#include <ctype.h>
#include <inttypes.h>

#include "pattern.h"
#include "pattern_text.h"

#define EXAMPLES 3
#define EXAMPLE_USAGE 0.20 /* what fewer did is no example of what is common */

const char *plain_words(const char *id, struct arena *arena)
{
	char *words = arena_strdup(arena, id);

	for (char *c = words; *c; c++)
		if (*c == '_')
			*c = ' ';
	return words;
}

const char *rate_text(double rate, bool at_least, struct arena *arena)
{
	return arena_printf(arena, "%s%.0f%%", at_least ? "at least " : "", 100 * rate);
}

static const char *transition_text(const struct pattern *pattern,
				   const struct vocabulary *vocabulary, struct arena *arena)
{
	return arena_printf(arena, "from %s to %s",
			    label_of(&vocabulary->tiers, pattern->from_revenue_tier),
			    label_of(&vocabulary->tiers, pattern->to_revenue_tier));
}

const char *pattern_name_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
			    struct arena *arena)
{
	const char *type = plain_words(pattern->pattern_type, arena);

	return arena_printf(arena, "%c%s %s", toupper((unsigned char)type[0]), type + 1,
			    transition_text(pattern, vocabulary, arena));
}

struct example {
	const struct pattern_item *item;
	const char *kind; /* said before an id that says nothing by itself; "": nothing */
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

static const char *example_text(const struct example *example, struct arena *arena)
{
	const struct pattern_item *item = example->item;
	const char *rate = rate_text(item->usage_rate, item->at_least, arena);

	if (item->name)
		return arena_printf(arena, "%s (%s)", item->name, rate);
	return arena_printf(arena, "%s%s (%s)", example->kind, plain_words(item->item, arena),
			    rate);
}

static const char *examples_text(const struct pattern *pattern, struct arena *arena)
{
	struct example examples[EXAMPLES] = { 0 };
	const char *text = "";
	size_t count = 0;

	count = pick_examples(examples, count, &pattern->common_milestones, "");
	count = pick_examples(examples, count, &pattern->common_partners, "partner ");
	count = pick_examples(examples, count, &pattern->common_books, "book ");
	count = pick_examples(examples, count, &pattern->common_podcasts, "podcast ");
	count = pick_examples(examples, count, &pattern->common_events, "event ");
	count = pick_examples(examples, count, &pattern->common_focus_areas, "");
	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s%s", text, i > 0 ? ", " : " Most common: ",
				    example_text(&examples[i], arena));
	return count > 0 ? arena_printf(arena, "%s.", text) : "";
}

const char *pattern_description_of(const struct pattern *pattern,
				   const struct vocabulary *vocabulary, struct arena *arena)
{
	const struct timeline *timeline = &pattern->timeline;
	const char *time = "", *who = "";

	if (strcmp(pattern->pattern_type, PATTERN_TYPE_WHOLE) != 0)
		who = arena_printf(arena, " with a focus on %s",
				   plain_words(pattern->pattern_type, arena));
	if (timeline->low.present && timeline->high.present)
		time = arena_printf(arena, ", most of them within %.0f to %.0f months%s",
				    timeline->low.value, timeline->high.value,
				    strcmp(timeline->basis, "first_seen") == 0 ? " since first seen"
									       : "");
	return arena_printf(arena, "Based on %" PRId64 " contractors%s who went %s%s.%s",
			    pattern->sample_size, who, transition_text(pattern, vocabulary, arena),
			    time, examples_text(pattern, arena));
}
