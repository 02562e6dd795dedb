#include <ctype.h>
#include <inttypes.h>

#include "pattern_text.h"

#define EXAMPLES 3

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

static const char *transition_text(const struct pattern *pattern, const struct vocabulary *vocabulary,
				   struct arena *arena)
{
	return arena_printf(arena, "from %s to %s", label_of(&vocabulary->tiers, pattern->from_revenue_tier),
			    label_of(&vocabulary->tiers, pattern->to_revenue_tier));
}

const char *pattern_name_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
			    struct arena *arena)
{
	const char *type = plain_words(pattern->pattern_type, arena);

	return arena_printf(arena, "%c%s %s", toupper((unsigned char)type[0]), type + 1,
			    transition_text(pattern, vocabulary, arena));
}

/* Whether `a` comes before `b` among the examples. Ties keep the order of the lists. */
static bool is_more_common(const struct pattern_item *a, const struct pattern_item *b)
{
	return a->usage_rate > b->usage_rate;
}

/* Puts the items of one list where they belong among the most common ones so far. */
static size_t pick_examples(const struct pattern_item **examples, size_t count, const pattern_items *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct pattern_item *item = &list->items[i];
		size_t place = count < EXAMPLES ? count++ : EXAMPLES;

		if (place == EXAMPLES) {
			place--;
			if (!is_more_common(item, examples[place]))
				continue;
		}
		for (; place > 0 && is_more_common(item, examples[place - 1]); place--)
			examples[place] = examples[place - 1];
		examples[place] = item;
	}
	return count;
}

static const char *examples_text(const struct pattern *pattern, struct arena *arena)
{
	const struct pattern_item *examples[EXAMPLES];
	const char *text = "";
	size_t count = 0;

	count = pick_examples(examples, count, &pattern->common_milestones);
	count = pick_examples(examples, count, &pattern->common_partners);
	count = pick_examples(examples, count, &pattern->common_books);
	count = pick_examples(examples, count, &pattern->common_podcasts);
	count = pick_examples(examples, count, &pattern->common_events);
	count = pick_examples(examples, count, &pattern->common_focus_areas);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s%s (%s)", text, i > 0 ? ", " : " Most common: ",
				    examples[i]->name ? examples[i]->name : plain_words(examples[i]->item, arena),
				    rate_text(examples[i]->usage_rate, examples[i]->at_least, arena));
	return count > 0 ? arena_printf(arena, "%s.", text) : "";
}

const char *pattern_description_of(const struct pattern *pattern, const struct vocabulary *vocabulary,
				   struct arena *arena)
{
	const struct timeline *timeline = &pattern->timeline;
	const char *time = "";

	if (timeline->low.present && timeline->high.present)
		time = arena_printf(arena, ", most of them within %.0f to %.0f months%s", timeline->low.value,
				    timeline->high.value,
				    strcmp(timeline->basis, "first_seen") == 0 ? " since first seen" : "");
	return arena_printf(arena, "Based on %" PRId64 " contractors who went %s%s.%s", pattern->sample_size,
			    transition_text(pattern, vocabulary, arena), time, examples_text(pattern, arena));
}
