/*
 * Which of a pattern's items become steps. What is only a hint, or only common, has no place beside
 * what is supported: a contractor has time for few things.
 */
#include "decide.h"
#include "shared_text.h"

static const enum action_kind step_kinds[] = { ACTION_MILESTONE, ACTION_PARTNER, ACTION_BOOK,
					       ACTION_PODCAST, ACTION_EVENT };
#define STEP_KINDS (sizeof(step_kinds) / sizeof(step_kinds[0]))

const pattern_items *items_of_kind(const struct pattern *pattern, enum action_kind kind)
{
	switch (kind) {
	case ACTION_MILESTONE:
		return &pattern->common_milestones;
	case ACTION_PARTNER:
		return &pattern->common_partners;
	case ACTION_BOOK:
		return &pattern->common_books;
	case ACTION_PODCAST:
		return &pattern->common_podcasts;
	case ACTION_EVENT:
		return &pattern->common_events;
	default:
		return &pattern->common_focus_areas;
	}
}

static size_t most_of_kind(enum action_kind kind, const struct goal_rules *rules)
{
	switch (kind) {
	case ACTION_MILESTONE:
		return (size_t)rules->milestones;
	case ACTION_PARTNER:
		return (size_t)rules->partners;
	default:
		return (size_t)rules->content;
	}
}

/* What may stand together: A with B, and with what is from before there were grades. */
static char evidence_of(const struct pattern_item *item)
{
	char grade = item->grade ? item->grade[0] : 'A';

	return grade == 'B' ? 'A' : grade;
}

/* Of what fits: a pattern of before there was a limit may list more. */
static char best_evidence(const pattern_items *items)
{
	char best = 'Z';

	for (size_t i = 0; i < items->count; i++)
		if (shared_text_fits(items->items[i].item) && evidence_of(&items->items[i]) < best)
			best = evidence_of(&items->items[i]);
	return best;
}

static bool is_listed(const struct goal_steps *goals, size_t count, enum action_kind kind,
		      const char *item)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < goals[i].kinds[kind].count; j++)
			if (strcmp(goals[i].kinds[kind].items[j]->item, item) == 0)
				return true;
	return false;
}

/* Whether a is usually reached after b. What nobody can date comes last. */
static bool is_after(const struct pattern_item *a, const struct pattern_item *b)
{
	if (!a->median_adoption_months.present || !b->median_adoption_months.present)
		return b->median_adoption_months.present;
	return a->median_adoption_months.value > b->median_adoption_months.value;
}

static void put_in_usual_order(const struct pattern_item **items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct pattern_item *item = items[i];
		size_t at = i;

		for (; at > 0 && is_after(items[at - 1], item); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* better: goals whose steps are not listed again. Returns how many steps there are. */
static size_t choose(const struct pattern *pattern, const struct goal_rules *rules,
		     const struct goal_steps *better, size_t better_count,
		     struct goal_steps *ret_steps)
{
	size_t all = 0;

	for (size_t k = 0; k < STEP_KINDS; k++) {
		enum action_kind kind = step_kinds[k];
		const pattern_items *list = items_of_kind(pattern, kind);
		const struct pattern_item **chosen = ret_steps->kinds[kind].items;
		char evidence = best_evidence(list);
		size_t count = 0, most = most_of_kind(kind, rules);

		for (size_t i = 0; i < list->count && count < most; i++) {
			const struct pattern_item *item = &list->items[i];

			if (evidence_of(item) == evidence && shared_text_fits(item->item) &&
			    !is_listed(better, better_count, kind, item->item))
				chosen[count++] = item;
		}
		if (kind == ACTION_MILESTONE)
			put_in_usual_order(chosen, count);
		ret_steps->kinds[kind].count = count;
		all += count;
	}
	return all;
}

void choose_steps(const struct pattern *const *patterns, size_t count,
		  const struct goal_rules *rules, struct goal_steps *ret_steps)
{
	for (size_t i = 0; i < count; i++) {
		ret_steps[i] = (struct goal_steps){ 0 };
		if (patterns[i] && choose(patterns[i], rules, ret_steps, i, &ret_steps[i]) == 0)
			choose(patterns[i], rules, NULL, 0, &ret_steps[i]);
	}
}
