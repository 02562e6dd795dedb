/*
 * What a goal says: the pattern's numbers in the plan's form (its "Example Output"). The order of a
 * checklist is data gaps, milestones, partners, content.
 */
#include <math.h>

#include "confidence.h"
#include "decide.h"

#define GAPS_OF_A_PROFILE 4

/* What the profile does not tell, by the names that upstream uses too. */
static size_t gaps_of_profile(const struct contractor_matched *profile,
			      const char *ret_gaps[static GAPS_OF_A_PROFILE])
{
	size_t count = 0;

	if (!profile->team_size.present)
		ret_gaps[count++] = "team_size";
	if (profile->focus_areas.count == 0)
		ret_gaps[count++] = "focus_areas";
	if (!profile->current_stage)
		ret_gaps[count++] = "current_stage";
	if (!profile->annual_revenue.present)
		ret_gaps[count++] = "annual_revenue";
	return count;
}

static bool contains(const struct texts *texts, const char *wanted)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], wanted) == 0)
			return true;
	return false;
}

/* What upstream lacks, then what the profile lacks. An empty list is absent. */
static struct texts gaps_of(const struct texts *upstream, const struct contractor_matched *profile,
			    struct arena *arena)
{
	const char *missing[GAPS_OF_A_PROFILE];
	size_t missing_count = gaps_of_profile(profile, missing);
	const char **items = arena_array(arena, const char *, upstream->count + missing_count);
	struct texts gaps = { .items = items };

	for (size_t i = 0; i < upstream->count; i++)
		if (!contains(&gaps, upstream->items[i]))
			items[gaps.count++] = upstream->items[i];
	for (size_t i = 0; i < missing_count; i++)
		if (!contains(&gaps, missing[i]))
			items[gaps.count++] = missing[i];
	if (gaps.count == 0)
		gaps.items = NULL;
	return gaps;
}

static size_t at_most(int64_t limit, size_t count)
{
	return count < (size_t)limit ? count : (size_t)limit;
}

/* A checklist while it is filled; there is room for all. */
struct checklist {
	struct checklist_item *items;
	struct step *steps;
	size_t count;
	struct arena *arena;
};

static struct step *add_item(struct checklist *list, const char *type, const char *sentence)
{
	list->items[list->count] = (struct checklist_item){
		.checklist_item = sentence,
		.item_type = type,
		.status = "pending",
	};
	return &list->steps[list->count++];
}

/*
 * One that an action on any of the pattern's `count` items completes; it is shown with the first
 * one's rate.
 */
static void add_step(struct checklist *list, enum action_kind kind, const char *sentence,
		     const struct pattern_item *items, size_t count)
{
	const char **ids = arena_array(list->arena, const char *, count);
	struct step *step = add_item(list, action_kind_names[kind], sentence);
	struct checklist_item *item = &list->items[list->count - 1];

	for (size_t i = 0; i < count; i++)
		ids[i] = items[i].item;
	item->item = items->item;
	item->usage_rate = (struct optional_number){ items->usage_rate, true };
	step->name = item_words(items, list->arena);
	step->items = (struct texts){ .items = ids, .count = count };
}

static void add_content(struct checklist *list, enum action_kind kind, const pattern_items *items,
			const struct goal_rules *rules)
{
	for (size_t i = 0; i < at_most(rules->content, items->count); i++)
		add_step(list, kind, content_words(kind, &items->items[i], list->arena),
			 &items->items[i], 1);
}

static void fill_checklist(struct checklist *list, const struct texts *gaps,
			   const struct pattern *pattern, const struct goal_rules *rules)
{
	const pattern_items *milestones = &pattern->common_milestones;
	const pattern_items *partners = &pattern->common_partners;
	size_t named = at_most(rules->partners, partners->count);

	for (size_t i = 0; i < gaps->count; i++)
		add_item(list, "data_gap", gap_words(gaps->items[i], list->arena));
	for (size_t i = 0; i < at_most(rules->milestones, milestones->count); i++)
		add_step(list, ACTION_MILESTONE,
			 milestone_words(&milestones->items[i], list->arena), &milestones->items[i],
			 1);
	if (named > 0)
		add_step(list, ACTION_PARTNER, partners_words(partners->items, named, list->arena),
			 partners->items, named);
	add_content(list, ACTION_BOOK, &pattern->common_books, rules);
	add_content(list, ACTION_PODCAST, &pattern->common_podcasts, rules);
	add_content(list, ACTION_EVENT, &pattern->common_events, rules);
}

static void make_checklist(struct goal *goal, const struct pattern *pattern,
			   const struct goal_rules *rules, struct arena *arena)
{
	size_t room = goal->told.data_gaps.count +
		      (size_t)(rules->milestones + 1 + 3 * rules->content);
	struct checklist list = {
		.items = arena_array(arena, struct checklist_item, room),
		.steps = arena_array(arena, struct step, room),
		.arena = arena,
	};

	fill_checklist(&list, &goal->told.data_gaps, pattern, rules);
	goal->told.checklist.items = list.items;
	goal->told.checklist.count = list.count;
	goal->steps = list.steps;
}

/* Reaching the tier, and the milestones on the way. */
static struct texts criteria_of(const struct pattern *pattern, const struct goal_rules *rules,
				struct arena *arena)
{
	const pattern_items *milestones = &pattern->common_milestones;
	size_t count = at_most(rules->milestones, milestones->count);
	const char **items = arena_array(arena, const char *, count + 1);

	items[0] = arena_printf(arena, "Reach %s",
				label_of(&rules->vocabulary.tiers, pattern->to_revenue_tier));
	for (size_t i = 0; i < count; i++)
		items[i + 1] = item_words(&milestones->items[i], arena);
	return (struct texts){ .items = items, .count = count + 1 };
}

/* From entry into the tier, in whole months around the likely range (statistics §4). */
static void set_months(struct goal *goal, const struct pattern *pattern,
		       const struct goal_rules *rules, struct arena *arena)
{
	const struct timeline *timeline = &pattern->timeline;
	int64_t low, high;

	if (!timeline->low.present || !timeline->high.present)
		return;
	low = (int64_t)fmax(1, floor(timeline->low.value));
	high = (int64_t)fmax((double)low, ceil(timeline->high.value));
	goal->told.expected_months_low = (struct optional_int){ low, true };
	goal->told.expected_months_high = (struct optional_int){ high, true };
	goal->told.timeline = timeline_words(pattern, low, high, rules, arena);
}

static const char *description_of(const struct pattern *pattern, const struct goal_rules *rules,
				  struct arena *arena)
{
	const struct labels *tiers = &rules->vocabulary.tiers;

	return arena_printf(arena, "%s (%s to %s)",
			    label_of(&rules->vocabulary.goal_types, pattern->pattern_type),
			    label_of(tiers, pattern->from_revenue_tier),
			    label_of(tiers, pattern->to_revenue_tier));
}

void goal_from_pattern(struct goal *goal, const struct contractor_matched *profile,
		       const struct pattern *pattern, const struct goal_knowledge *knowledge)
{
	const struct goal_rules *rules = knowledge->rules;
	struct goal_enriched *told = &goal->told;
	struct arena *arena = knowledge->arena;

	if (!goal->upstream) {
		told->goal_type = pattern->pattern_type;
		told->goal_description = description_of(pattern, rules, arena);
	}
	if (!told->target_milestone && pattern->common_milestones.count > 0)
		told->target_milestone = item_words(&pattern->common_milestones.items[0], arena);
	if (!told->trigger_condition)
		told->trigger_condition = arena_printf(arena, "pattern:%s", pattern->pattern_key);
	told->priority_score =
		(struct optional_int){ priority_of_confidence(pattern->confidence_score), true };
	told->pattern_key = pattern->pattern_key;
	told->pattern_version = (struct optional_int){ pattern->version, true };
	told->pattern_source = pattern_source(pattern, rules, arena);
	told->pattern_confidence =
		(struct optional_number){ floor(pattern->confidence_score * 100 + 0.5) / 100,
					  true };
	told->data_gaps = gaps_of(&told->data_gaps, profile, arena);
	told->success_criteria = criteria_of(pattern, rules, arena);
	set_months(goal, pattern, rules, arena);
	make_checklist(goal, pattern, rules, arena);
}

void goal_from_upstream(struct goal *goal, const struct goal_created *created)
{
	goal->upstream = true;
	goal->told.goal_type = created->goal_type;
	goal->told.goal_description = created->goal_description;
	goal->told.target_milestone = created->target_milestone;
	goal->told.priority_score = created->priority_score;
	goal->told.data_gaps = created->data_gaps;
	if (created->data_gaps.count == 0)
		goal->told.data_gaps.items = NULL;
	goal->told.trigger_condition = created->trigger_condition;
}
