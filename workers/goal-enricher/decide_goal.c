/*
 * What a goal says: the pattern's numbers in the plan's form (its "Example Output"). The order of a
 * checklist is data gaps, milestones, partners, content.
 */
#include <math.h>

#include "confidence.h"
#include "constants.h"
#include "decide.h"

/* A checklist while it is filled; there is room for all. */
struct checklist {
	struct checklist_item *items;
	struct step *steps;
	size_t count;
	const struct wording *wording;
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
 * One that an action on any of the `count` items completes; it is shown with the first one's rate.
 */
static void add_step(struct checklist *list, enum action_kind kind, const char *sentence,
		     const struct pattern_item *const *items, size_t count)
{
	const char **ids = arena_array(list->arena, const char *, count);
	struct step *step = add_item(list, action_kind_names[kind], sentence);
	struct checklist_item *item = &list->items[list->count - 1];

	for (size_t i = 0; i < count; i++)
		ids[i] = items[i]->item;
	item->item = items[0]->item;
	item->usage_rate = (struct optional_number){ items[0]->usage_rate, true };
	step->name = item_words(items[0], list->arena);
	step->items = (struct texts){ .items = ids, .count = count };
}

static void fill_checklist(struct checklist *list, const struct texts *gaps,
			   const struct goal_steps *steps)
{
	static const enum action_kind content[] = { ACTION_BOOK, ACTION_PODCAST, ACTION_EVENT };
	const struct pattern_item *const *items = steps->kinds[ACTION_MILESTONE].items;
	const struct pattern_item *const *partners = steps->kinds[ACTION_PARTNER].items;
	size_t named = steps->kinds[ACTION_PARTNER].count;

	for (size_t i = 0; i < gaps->count; i++)
		add_item(list, "data_gap", gap_words(list->wording, gaps->items[i], list->arena));
	for (size_t i = 0; i < steps->kinds[ACTION_MILESTONE].count; i++)
		add_step(list, ACTION_MILESTONE,
			 step_words(list->wording, ACTION_MILESTONE, items[i], list->arena),
			 &items[i], 1);
	if (named > 0)
		add_step(list, ACTION_PARTNER,
			 partners_words(list->wording, partners, named, list->arena), partners,
			 named);
	for (size_t k = 0; k < sizeof(content) / sizeof(content[0]); k++) {
		items = steps->kinds[content[k]].items;
		for (size_t i = 0; i < steps->kinds[content[k]].count; i++)
			add_step(list, content[k],
				 step_words(list->wording, content[k], items[i], list->arena),
				 &items[i], 1);
	}
}

static void make_checklist(struct goal *goal, const struct texts *gaps,
			   const struct goal_steps *steps, const struct wording *wording,
			   struct arena *arena)
{
	size_t room = gaps->count;

	for (size_t kind = 0; kind < ACTION_KINDS; kind++)
		room += steps->kinds[kind].count;

	struct checklist list = {
		.items = arena_array(arena, struct checklist_item, room),
		.steps = arena_array(arena, struct step, room),
		.wording = wording,
		.arena = arena,
	};

	fill_checklist(&list, gaps, steps);
	goal->told.checklist.items = list.items;
	goal->told.checklist.count = list.count;
	goal->steps = list.steps;
}

/* What shows that a goal of the type succeeds, as far as it is known; NULL. */
static const char *indicator_of(const struct pattern *pattern, const struct goal_rules *rules,
				struct arena *arena)
{
	const struct success_indicators *known = &pattern->success_indicators;
	const struct wording *wording = &rules->vocabulary.wording;
	const char *name = label_of(&rules->indicators, pattern->pattern_type);

	if (strcmp(name, "team_doubled") == 0 && known->team_doubled.present)
		return say(wording, SENTENCE_GOAL_TEAM_DOUBLED, arena,
			   SAY_TEXT("share",
				    rate_text(wording, known->team_doubled.value, false, arena)));
	if (strcmp(name, "lead_flow_improved") == 0 && known->lead_flow_improved.present)
		return say(wording, SENTENCE_GOAL_LEAD_FLOW_IMPROVED, arena,
			   SAY_TEXT("share", rate_text(wording, known->lead_flow_improved.value,
						       false, arena)));
	if (strcmp(name, "revenue_increased") == 0 && known->revenue_increased.present &&
	    known->revenue_increased.value > 0)
		return say(
			wording, SENTENCE_GOAL_REVENUE_INCREASED, arena,
			SAY_TEXT("growth", rate_text(wording, known->revenue_increased.value / 100,
						     false, arena)));
	return NULL;
}

/* Reaching the tier, what else shows success, and the milestones on the way. */
static struct texts criteria_of(const struct goal_basis *basis, const struct goal_rules *rules,
				struct arena *arena)
{
	const struct pattern *pattern = basis->pattern;
	const struct pattern_item *const *milestones = basis->steps->kinds[ACTION_MILESTONE].items;
	size_t milestones_count = basis->steps->kinds[ACTION_MILESTONE].count, count = 0;
	const char **items = arena_array(arena, const char *, milestones_count + 2);
	const char *indicator = indicator_of(pattern, rules, arena);

	items[count++] =
		say(&rules->vocabulary.wording, SENTENCE_GOAL_REACH, arena,
		    SAY_TEXT("to", label_of(&rules->vocabulary.tiers, pattern->to_revenue_tier)));
	if (indicator)
		items[count++] = indicator;
	for (size_t i = 0; i < milestones_count; i++)
		items[count++] = item_words(milestones[i], arena);
	return (struct texts){ .items = items, .count = count };
}

/* How much longer it takes, from the goal's time on; a sentence also when nobody can tell. */
static void set_timeline(struct goal_enriched *told, const struct goal_basis *basis,
			 const struct goal_rules *rules, struct arena *arena)
{
	const struct labels *tiers = &rules->vocabulary.tiers;
	const struct timeline *timeline = &basis->pattern->timeline;
	double months = months_in_tier(basis->profile->tier_entered_at, basis->time,
				       default_constants.month_days);
	struct time_left left = time_left_in_tier(timeline, months);
	const struct way way = {
		.from = label_of(tiers, basis->pattern->from_revenue_tier),
		.to = label_of(tiers, basis->pattern->to_revenue_tier),
		.spent = (int64_t)months,
		.first_seen = timeline->basis && strcmp(timeline->basis, "first_seen") == 0,
	};

	told->timeline = timeline_words(&rules->vocabulary.wording, &left, &way, arena);
	if (left.kind == TIME_LEFT_RANGE) {
		told->expected_months_low = (struct optional_int){ left.low, true };
		told->expected_months_high = (struct optional_int){ left.high, true };
	}
}

/* The first milestone of the checklist; if better goals have them all, the pattern's first. */
static const char *target_of(const struct goal_basis *basis, struct arena *arena)
{
	const pattern_items *all = &basis->pattern->common_milestones;

	if (basis->steps->kinds[ACTION_MILESTONE].count > 0)
		return item_words(basis->steps->kinds[ACTION_MILESTONE].items[0], arena);
	return all->count > 0 ? item_words(&all->items[0], arena) : NULL;
}

void goal_from_pattern(struct goal *goal, const struct goal_basis *basis,
		       const struct goal_rules *rules, struct arena *arena)
{
	const struct pattern *pattern = basis->pattern;
	struct goal_enriched *told = &goal->told;
	const struct texts upstream_gaps = told->data_gaps;
	struct texts asked;

	if (!goal->upstream) {
		told->goal_type = pattern->pattern_type;
		told->goal_description =
			label_of(&rules->vocabulary.goal_types, pattern->pattern_type);
	}
	if (!told->target_milestone)
		told->target_milestone = target_of(basis, arena);
	if (!told->trigger_condition)
		told->trigger_condition = arena_printf(arena, "pattern:%s", pattern->pattern_key);
	told->priority_score =
		(struct optional_int){ priority_of_confidence(pattern->confidence_score), true };
	told->pattern_key = pattern->pattern_key;
	told->pattern_version = (struct optional_int){ pattern->version, true };
	told->pattern_status = pattern->status;
	told->pattern_source = pattern_source(pattern, rules, arena);
	told->pattern_confidence =
		(struct optional_number){ floor(pattern->confidence_score * 100 + 0.5) / 100,
					  true };
	told->match_score = (struct optional_number){ basis->match->match_score, true };
	told->data_gaps = gaps_of(told->goal_type, &upstream_gaps, basis->profile, rules, arena);
	told->success_criteria = criteria_of(basis, rules, arena);
	set_timeline(told, basis, rules, arena);
	asked = gaps_to_ask(&told->data_gaps, &upstream_gaps, basis, rules, arena);
	make_checklist(goal, &asked, basis->steps, &rules->vocabulary.wording, arena);
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
