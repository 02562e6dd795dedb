#include <math.h>

#include "combinations.h"
#include "evidence.h"
#include "grade.h"
#include "levellers.h"
#include "partner_outcomes.h"
#include "pattern.h"
#include "pattern_text.h"
#include "publish.h"
#include "shares.h"
#include "survival.h"

#define UNTESTED_FILL 3    /* what is only common fills a list up to so many */
#define SUB_COHORT_MAX 0.8 /* of the cohort's levellers: more is the cohort again */

/* Months in the tier for which the time left is told. */
static const int64_t later_months[] = { 6, 12, 18, 24, 36, 48 };

const char *pattern_key_of(const char *from, const char *to, const char *type, struct arena *arena)
{
	return arena_printf(arena, "%s>%s/%s", from, to, type);
}

static const char *name_of(const struct cohorts *cohorts, const struct item_use *use)
{
	const struct labels *areas = &cohorts->vocabulary->focus_areas;

	if (use->kind != ACTION_FOCUS_AREA)
		return use->name;

	const char *label = label_of(areas, use->item);

	return label == use->item ? use->name : label;
}

/* `uses` is in the order of the list already; what is common but untested only fills up. */
static pattern_items list_of(const struct cohorts *cohorts, const struct item_uses *uses,
			     const struct item_uses *whole, enum action_kind kind,
			     struct arena *arena)
{
	pattern_items list = { .items = arena_array(arena, struct pattern_item, PATTERN_LIST_MAX) };

	for (size_t i = 0; i < uses->count && list.count < PATTERN_LIST_MAX; i++) {
		struct item_use use = uses->items[i];

		if (use.kind != kind || use.grade == GRADE_NONE)
			continue;
		if (use.grade == GRADE_D && list.count >= UNTESTED_FILL)
			break;
		use.name = name_of(cohorts, &use);
		if (publish_item(&use, uses, whole, &cohorts->constants, &list.items[list.count]))
			list.count++;
	}
	return list;
}

static void set_lists(struct pattern *pattern, const struct cohorts *cohorts,
		      const struct item_uses *uses, const struct item_uses *whole,
		      struct arena *arena)
{
	pattern->common_focus_areas = list_of(cohorts, uses, whole, ACTION_FOCUS_AREA, arena);
	pattern->common_partners = list_of(cohorts, uses, whole, ACTION_PARTNER, arena);
	pattern->common_milestones = list_of(cohorts, uses, whole, ACTION_MILESTONE, arena);
	pattern->common_books = list_of(cohorts, uses, whole, ACTION_BOOK, arena);
	pattern->common_podcasts = list_of(cohorts, uses, whole, ACTION_PODCAST, arena);
	pattern->common_events = list_of(cohorts, uses, whole, ACTION_EVENT, arena);
}

struct time_data time_data_of_spells(const struct spells *spells, int64_t k, struct arena *arena)
{
	struct duration *durations = arena_array(arena, struct duration, spells->count);

	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];

		durations[i] =
			(struct duration){ spell->enter, spell->leave, spell->event, spell->basis };
	}
	return time_data_of(durations, spells->count, k, arena);
}

static struct optional_int months_of(const struct constants *constants, struct optional_int days)
{
	return publish_whole((struct optional_number){
		.value = (double)days.value / constants->month_days,
		.present = days.present,
	});
}

/* Half of all, those still waiting counted; no more of the curve leaves the analyzer. */
static void set_survival(struct timeline *timeline, const struct km *curve,
			 const struct constants *constants)
{
	timeline->survival_median = months_of(constants, km_quantile(curve, 0.5, KM_SURVIVAL));
	timeline->survival_median_low = months_of(constants, km_quantile(curve, 0.5, KM_LOW));
	timeline->survival_median_high = months_of(constants, km_quantile(curve, 0.5, KM_HIGH));
}

static void set_later(struct timeline *timeline, const struct time_data *data,
		      const struct km *curve, const struct constants *constants,
		      struct arena *arena)
{
	size_t count = sizeof(later_months) / sizeof(*later_months);

	timeline->later.items = arena_array(arena, struct later_timeline, count);
	for (size_t i = 0; i < count; i++) {
		struct timeline later =
			predict_time_by(data, curve, (double)later_months[i], constants);

		later = publish_timeline(&later);
		if (!later.median.present)
			break;
		timeline->later.items[timeline->later.count++] = (struct later_timeline){
			.months = later_months[i],
			.low = later.low.value,
			.median = later.median.value,
			.high = later.high.value,
			.p_by_horizon = later.p_by_horizon,
		};
	}
}

static void set_times(struct pattern *pattern, const struct cohorts *cohorts,
		      const struct spells *spells, struct arena *scratch, struct arena *arena)
{
	const struct constants *constants = &cohorts->constants;
	struct time_data data = time_data_of_spells(spells, cohorts->constants.k, scratch);
	struct km curve = guarded_curve(&data, constants, scratch);
	struct time_summary summary = time_summary_of(&data, constants);
	struct timeline timeline = predict_time_by(&data, &curve, 0, constants);

	pattern->avg_time_to_level_up_months = publish_whole(summary.average);
	pattern->median_time_to_level_up_months = publish_whole(summary.median);
	pattern->fastest_time_months = publish_whole(summary.fastest);
	pattern->timeline = publish_timeline(&timeline);
	if (data.levellers < (size_t)constants->k)
		return;
	set_survival(&pattern->timeline, &curve, constants);
	set_later(&pattern->timeline, &data, &curve, constants, arena);
}

/* Without digits behind the point. */
static struct optional_number whole_percent(struct optional_number number)
{
	struct optional_int rounded = publish_whole(number);

	return (struct optional_number){ .value = (double)rounded.value,
					 .present = rounded.present };
}

static void set_levellers(struct pattern *pattern, const struct levellers *levellers,
			  const struct levellers *whole, int64_t k)
{
	const struct portion doubled = { (double)whole->team_doubled, (double)whole->team_known };
	const struct portion lead_flow = { (double)whole->lead_flow_improved,
					   (double)whole->count };

	pattern->sample_size = levellers->count;
	pattern->team_median = levellers->team_median;
	pattern->success_indicators = (struct success_indicators){
		.team_doubled = publish_share_within(levellers->team_doubled, levellers->team_known,
						     &doubled, k),
		.revenue_increased = whole_percent(levellers->revenue_increased),
		.lead_flow_improved = publish_share_within(levellers->lead_flow_improved,
							   levellers->count, &lead_flow, k),
	};
}

double cap_confidence(double score, enum pattern_status status)
{
	return status == PATTERN_DOWNGRADED ? fmin(score, DOWNGRADED_CONFIDENCE_MAX) : score;
}

void pattern_set_confidence(struct pattern *pattern, const struct outcome_evidence *outcomes,
			    int64_t k)
{
	struct confidence confidence = calculate_pattern_confidence(
		pattern->sample_size, pattern->consistency, outcomes, k);

	pattern->confidence_score = cap_confidence(confidence.score, pattern->status);
	pattern->expected_success = confidence.expected;
	pattern->outcome_voters = outcomes->voters;
}

/* What a combination's number of users could be taken from: its items', and parts of it that are
 * published themselves. All are of the same n. */
static size_t wholes_of(const struct combinations *combinations, size_t which, double n,
			struct portion *wholes)
{
	const struct combination *own = &combinations->items[which];
	size_t count = 0;

	for (size_t i = 0; i < own->count; i++)
		wholes[count++] = (struct portion){ (double)own->items[i]->users, n };
	for (size_t i = 0; i < combinations->count; i++) {
		const struct combination *other = &combinations->items[i];
		size_t shared = 0;

		for (size_t a = 0; a < own->count; a++)
			for (size_t b = 0; b < other->count; b++)
				shared += own->items[a] == other->items[b];
		if (i != which && shared == other->count)
			wholes[count++] = (struct portion){ (double)other->users, n };
	}
	return count;
}

static void set_combinations(struct pattern *pattern, const struct cohorts *cohorts,
			     const struct spells *spells, const struct item_uses *uses,
			     struct arena *scratch, struct arena *arena)
{
	struct combinations found = find_combinations(cohorts, spells, uses, scratch);
	struct success_indicators *indicators = &pattern->success_indicators;

	indicators->combinations.items =
		arena_array(arena, struct pattern_combination, found.count);
	for (size_t i = 0; i < found.count; i++) {
		struct portion wholes[COMBINATION_MAX + COMBINATIONS_MAX];
		size_t count = wholes_of(&found, i, (double)pattern->sample_size, wholes);

		indicators->combinations.items[indicators->combinations.count++] =
			publish_combination(&found.items[i], pattern->sample_size, wholes, count,
					    &cohorts->constants, arena);
	}
}

/* What is counted of a group. */
struct counts {
	struct item_uses uses;
	struct levellers levellers;
	const struct item_use **use_of; /* by number of the name; set of a whole cohort */
};

/* A group of the cohort's spells. */
struct group {
	const char *type;
	struct spells spells;
	const struct spells *rest;  /* NULL: it is the whole cohort */
	const struct counts *whole; /* the whole cohort's; NULL: it is that */
	const struct group_lifts *lifts;
	struct arena *scratch; /* for what need not outlive it */
};

/* Items are what people write: there may be any number of them, so none is looked for. */
static const struct item_use **uses_by_number(const struct cohorts *cohorts,
					      const struct item_uses *uses, struct arena *arena)
{
	const struct item_use **by_number =
		arena_array(arena, const struct item_use *, cohorts->names.count);

	for (size_t i = 0; i < uses->count; i++)
		by_number[uses->items[i].number] = &uses->items[i];
	return by_number;
}

static struct counts count_group(const struct cohorts *cohorts, const struct group *group)
{
	struct counts counts = {
		.uses = weigh_items(cohorts, &group->spells, group->rest, group->lifts,
				    group->scratch),
		.levellers = describe_levellers(cohorts, &group->spells, group->scratch),
	};

	if (!group->whole)
		counts.use_of = uses_by_number(cohorts, &counts.uses, group->scratch);
	for (size_t i = 0; group->whole && i < counts.uses.count; i++)
		counts.uses.items[i].all = group->whole->use_of[counts.uses.items[i].number];
	return counts;
}

static int64_t others_of(const struct spells *spells)
{
	return (int64_t)(spells->count - spells->levellers);
}

/* Returns what was counted, for the groups that are part of this one; in scratch. */
static struct counts describe(struct pattern *pattern, const struct cohorts *cohorts, size_t from,
			      const struct group *group, struct arena *arena)
{
	const struct label *tiers = &cohorts->vocabulary->tiers.items[from];
	int64_t k = cohorts->constants.k;
	struct arena *scratch = group->scratch;
	struct counts counts = count_group(cohorts, group);
	const struct counts *whole = group->whole ? group->whole : &counts;
	struct item_uses *uses = &counts.uses;

	*pattern = (struct pattern){
		.pattern_key = pattern_key_of(tiers[0].name, tiers[1].name, group->type, arena),
		.status = PATTERN_ACTIVE,
		.as_of = cohorts->as_of,
		.from_revenue_tier = tiers[0].name,
		.to_revenue_tier = tiers[1].name,
		.pattern_type = group->type,
		.shape_version = PATTERN_SHAPE_VERSION,
		.consistency = consistency_of(uses->items, uses->count),
		.held_out = publish_held_out(
			test_held_out(cohorts, &group->spells, group->rest, group->lifts, scratch)),
		.at_risk = publish_at_risk((int64_t)group->spells.count, uses->levellers,
					   group->rest ? others_of(group->rest) : 0, k),
	};
	set_levellers(pattern, &counts.levellers, &whole->levellers, k);
	set_stages(pattern, &counts.levellers, &whole->levellers, k, scratch, arena);
	choose_first_shares(uses, &whole->uses, k, scratch);
	set_lists(pattern, cohorts, uses, &whole->uses, arena);
	set_partner_outcomes(
		&pattern->common_partners, cohorts, &group->spells,
		find_voters(cohorts->voters, cohorts->voters_count, pattern->pattern_key), scratch);
	set_first_categories(pattern, cohorts, uses, &whole->uses, scratch, arena);
	set_times(pattern, cohorts, &group->spells, scratch, arena);
	if (!group->rest)
		set_combinations(pattern, cohorts, &group->spells, uses, scratch, arena);
	pattern->pattern_name = pattern_name_of(pattern, cohorts->vocabulary, arena);
	pattern->pattern_description = pattern_description_of(pattern, cohorts->vocabulary, arena);
	return counts;
}

static bool *areas_of_type(const struct cohorts *cohorts, const char *type, struct arena *arena)
{
	bool *of_type = names_in_category(cohorts, type, arena);

	for (size_t i = 0; i < cohorts->names.count; i++)
		of_type[i] &= cohorts->names.items[i].kind == ACTION_FOCUS_AREA;
	return of_type;
}

static bool holds_at_entry(const struct cohort_spell *spell, const bool *of_type)
{
	for (uint32_t i = 0; i < spell->items_count; i++)
		if (spell->items[i].day == HELD_AT_ENTRY && of_type[spell->items[i].name])
			return true;
	return false;
}

/* Some of the sub-cohorts of a cohort: who held a focus area of the type at entry. */
struct sub_cohorts {
	const char *types[SUB_COHORTS_MAX];
	size_t count;
	uint32_t *of;               /* by spell, bit i: he is in sub-cohort i */
	const struct counts *whole; /* the whole cohort's */
};

/* Large enough, and not too much like the whole. */
static bool is_fit(size_t levellers, size_t all, size_t k)
{
	return levellers >= 2 * k && all - levellers >= k &&
	       (double)levellers <= SUB_COHORT_MAX * (double)all;
}

/* Adds the sub-cohort of the type if it is fit. */
static void add_sub_cohort(struct sub_cohorts *found, const struct cohorts *cohorts,
			   const struct spells *spells, const char *type, struct arena *arena)
{
	const bool *of_type = areas_of_type(cohorts, type, arena);
	uint32_t bit = 1u << found->count;
	size_t levellers = 0;

	for (size_t i = 0; i < spells->count; i++) {
		found->of[i] &= ~bit;
		if (!holds_at_entry(spells->items[i], of_type))
			continue;
		found->of[i] |= bit;
		levellers += spells->items[i]->event;
	}
	if (is_fit(levellers, spells->levellers, (size_t)cohorts->constants.k))
		found->types[found->count++] = type;
}

/* Those of the types from *next on, as many as there is room for; *next becomes the first one that
 * is left. */
static struct sub_cohorts next_sub_cohorts(const struct cohorts *cohorts,
					   const struct spells *spells, size_t *next,
					   struct arena *arena)
{
	const struct labels *types = &cohorts->vocabulary->goal_types;
	struct sub_cohorts found = { .of = arena_array(arena, uint32_t, spells->count) };

	for (; *next < types->count && found.count < SUB_COHORTS_MAX; (*next)++)
		if (strcmp(types->items[*next].name, PATTERN_TYPE_WHOLE) != 0)
			add_sub_cohort(&found, cohorts, spells, types->items[*next].name, arena);
	return found;
}

/* Who is in a sub-cohort, or who is not. */
struct sub_filter {
	const uint32_t *of;
	uint32_t bit;
	bool wanted;
};

static bool is_in(const struct spells *spells, size_t place, const void *closure)
{
	const struct sub_filter *filter = closure;

	(void)spells;
	return ((filter->of[place] & filter->bit) != 0) == filter->wanted;
}

static void add_sub_pattern(struct found_patterns *found, const struct cohorts *cohorts,
			    size_t from, const struct group *whole,
			    const struct sub_cohorts *sub_cohorts, size_t which,
			    struct arena *arena)
{
	struct sub_filter inside = { sub_cohorts->of, 1u << which, true }, outside = inside;
	struct found_pattern *pattern = &found->items[found->count++];
	struct spells rest;
	struct group group = {
		.type = sub_cohorts->types[which],
		.spells = spells_where(&whole->spells, is_in, &inside, whole->scratch),
		.rest = &rest,
		.whole = sub_cohorts->whole,
		.lifts = &whole->lifts[1 + which],
		.scratch = whole->scratch,
	};

	outside.wanted = false;
	rest = spells_where(&whole->spells, is_in, &outside, whole->scratch);
	describe(&pattern->pattern, cohorts, from, &group, arena);
	pattern->inside = contributions_of(&group.spells, arena);
	pattern->level_ups = level_ups_of(&group.spells, arena);
	pattern->outside = contributions_of(&rest, arena);
}

/* All sub-patterns, one after the other: what one needs goes before the next. */
static void add_sub_patterns(struct found_patterns *found, const struct cohorts *cohorts,
			     size_t from, const struct group *whole,
			     const struct sub_cohorts *sub_cohorts, struct arena *arena)
{
	struct arena_mark mark = arena_mark(whole->scratch);

	for (size_t i = 0; i < sub_cohorts->count; i++) {
		add_sub_pattern(found, cohorts, from, whole, sub_cohorts, i, arena);
		arena_rewind(whole->scratch, mark);
	}
}

/* The whole cohort's pattern. Returns what was counted, for those of its parts; in scratch. */
static struct counts add_whole_pattern(struct found_patterns *found, const struct cohorts *cohorts,
				       size_t from, const struct group *whole, struct arena *arena)
{
	struct found_pattern *pattern = &found->items[found->count++];
	struct counts counts = describe(&pattern->pattern, cohorts, from, whole, arena);

	pattern->inside = contributions_of(&whole->spells, arena);
	pattern->level_ups = level_ups_of(&whole->spells, arena);
	return counts;
}

struct found_patterns identify_common_patterns(const struct cohorts *cohorts, size_t from,
					       struct arena *arena)
{
	const struct labels *types = &cohorts->vocabulary->goal_types;
	struct found_patterns found = { .count = 0 };
	struct group whole = { .type = PATTERN_TYPE_WHOLE };
	struct counts counts = { .use_of = NULL };
	struct arena scratch;

	if (cohorts->items[from].levellers < (size_t)cohorts->constants.k)
		return found;
	arena_init(&scratch);
	whole.spells = cohort_spells(cohorts, from, &scratch);
	whole.scratch = &scratch;
	found.items = arena_array(arena, struct found_pattern, types->count + 1);
	for (size_t next = 0; found.count == 0 || next < types->count;) {
		struct sub_cohorts sub_cohorts =
			next_sub_cohorts(cohorts, &whole.spells, &next, &scratch);

		whole.lifts = compare_groups(cohorts, &whole.spells, sub_cohorts.of,
					     sub_cohorts.count, &scratch);
		if (found.count == 0)
			counts = add_whole_pattern(&found, cohorts, from, &whole, arena);
		sub_cohorts.whole = &counts;
		add_sub_patterns(&found, cohorts, from, &whole, &sub_cohorts, arena);
	}
	arena_release(&scratch);
	return found;
}
