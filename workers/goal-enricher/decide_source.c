/* What a goal says of the contractors it is learnt from, and what most of them began with. */
#include "decide.h"

struct beginning {
	double share;    /* the least that is said, then that of `did` */
	const char *did; /* NULL: nothing that enough of them began with */
};

/* Of equal shares the first one counts. */
static bool is_more(double share, const struct beginning *than)
{
	return than->did ? share > than->share : share >= than->share;
}

/* only: this category; not: any but this. One of them is NULL. */
static void look_at_categories(const struct pattern *pattern, const struct goal_rules *rules,
			       const char *only, const char * not, struct beginning *beginning)
{
	const struct success_indicators *indicators = &pattern->success_indicators;

	for (size_t i = 0; i < indicators->first_categories.count; i++) {
		const struct category_share *first = &indicators->first_categories.items[i];
		const char *did = label_of(&rules->began_words, first->category);
		bool wanted = only ? strcmp(first->category, only) == 0
				   : strcmp(first->category, not ) != 0;

		if (wanted && did != first->category && is_more(first->share, beginning))
			*beginning = (struct beginning){ first->share, did };
	}
}

static const char *name_of(enum action_kind kind, const struct pattern_item *item,
			   const struct goal_rules *rules, struct arena *arena)
{
	if (kind == ACTION_FOCUS_AREA && !item->name)
		return label_of(&rules->vocabulary.focus_areas, item->item);
	return item_words(item, arena);
}

static void look_at_items(const struct pattern *pattern, const struct goal_rules *rules,
			  enum action_kind kind, struct arena *arena, struct beginning *beginning)
{
	const pattern_items *items = items_of_kind(pattern, kind);

	for (size_t i = 0; i < items->count; i++) {
		const struct pattern_item *item = &items->items[i];
		double share = item->first_share.value;

		if (!item->first_share.present || !is_more(share, beginning))
			continue;
		*beginning = (struct beginning){ share, did_words(&rules->vocabulary.wording, kind,
								  name_of(kind, item, rules, arena),
								  arena) };
	}
}

static struct beginning beginning_of(const struct pattern *pattern, const struct goal_rules *rules,
				     struct arena *arena)
{
	static const enum action_kind others[] = { ACTION_FOCUS_AREA, ACTION_PARTNER, ACTION_BOOK,
						   ACTION_PODCAST, ACTION_EVENT };
	struct beginning beginning = { .share = rules->first_share };

	look_at_categories(pattern, rules, pattern->pattern_type, NULL, &beginning);
	if (!beginning.did)
		look_at_items(pattern, rules, ACTION_MILESTONE, arena, &beginning);
	if (!beginning.did)
		look_at_categories(pattern, rules, NULL, pattern->pattern_type, &beginning);
	if (!beginning.did)
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			look_at_items(pattern, rules, others[i], arena, &beginning);
	return beginning;
}

const char *pattern_source(const struct pattern *pattern, const struct goal_rules *rules,
			   struct arena *arena)
{
	const struct labels *tiers = &rules->vocabulary.tiers;
	const struct wording *wording = &rules->vocabulary.wording;
	struct beginning beginning = beginning_of(pattern, rules, arena);
	const char *source =
		say(wording, SENTENCE_GOAL_SOURCE, arena,
		    SAY_NUMBER("contractors", pattern->sample_size),
		    SAY_TEXT("from", label_of(tiers, pattern->from_revenue_tier)),
		    SAY_TEXT("to", label_of(tiers, pattern->to_revenue_tier)),
		    SAY_TEXT("share", rate_text(wording, beginning.share, false, arena)),
		    SAY_TEXT("did", beginning.did));

	if (pattern->status != PATTERN_DOWNGRADED)
		return source;
	return say(wording, SENTENCE_GOAL_SOURCE_DOWNGRADED, arena, SAY_TEXT("source", source));
}
