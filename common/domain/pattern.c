#include "grade.h"
#include "items.h"
#include "levellers.h"
#include "pattern.h"
#include "pattern_text.h"
#include "publish.h"
#include "survival.h"

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

/* `uses` is in the order of the list already. */
static pattern_items list_of(const struct cohorts *cohorts, const struct item_uses *uses,
			     enum action_kind kind, int64_t n, struct arena *arena)
{
	pattern_items list = { .items = arena_array(arena, struct pattern_item, PATTERN_LIST_MAX) };

	for (size_t i = 0; i < uses->count && list.count < PATTERN_LIST_MAX; i++) {
		struct item_use use = uses->items[i];

		use.name = name_of(cohorts, &use);
		if (use.kind == kind && publish_item(&use, n, uses->dated_levellers,
						     &cohorts->constants, &list.items[list.count]))
			list.count++;
	}
	return list;
}

static void set_lists(struct pattern *pattern, const struct cohorts *cohorts,
		      const struct item_uses *uses, struct arena *arena)
{
	int64_t n = pattern->sample_size;

	pattern->common_focus_areas = list_of(cohorts, uses, ACTION_FOCUS_AREA, n, arena);
	pattern->common_partners = list_of(cohorts, uses, ACTION_PARTNER, n, arena);
	pattern->common_milestones = list_of(cohorts, uses, ACTION_MILESTONE, n, arena);
	pattern->common_books = list_of(cohorts, uses, ACTION_BOOK, n, arena);
	pattern->common_podcasts = list_of(cohorts, uses, ACTION_PODCAST, n, arena);
	pattern->common_events = list_of(cohorts, uses, ACTION_EVENT, n, arena);
}

static void set_times(struct pattern *pattern, const struct cohorts *cohorts,
		      const struct cohort *cohort, struct arena *arena)
{
	struct duration *durations = arena_array(arena, struct duration, cohort->count);
	size_t count = 0;

	for (const struct cohort_spell *spell = cohort->spells; spell; spell = spell->next)
		durations[count++] =
			(struct duration){ spell->enter, spell->leave, spell->event, spell->basis };

	struct time_data data = time_data_of(durations, count, cohorts->constants.k, arena);
	struct time_summary summary = time_summary_of(&data, &cohorts->constants);
	struct timeline timeline = predict_time(&data, 0, &cohorts->constants, arena);

	pattern->avg_time_to_level_up_months = publish_whole(summary.average);
	pattern->median_time_to_level_up_months = publish_whole(summary.median);
	pattern->fastest_time_months = publish_whole(summary.fastest);
	pattern->timeline = publish_timeline(&timeline);
}

/* A per cent without digits behind the point. */
static struct optional_number whole(struct optional_number number)
{
	struct optional_int rounded = publish_whole(number);

	return (struct optional_number){ .value = (double)rounded.value,
					 .present = rounded.present };
}

static void set_levellers(struct pattern *pattern, const struct levellers *levellers, int64_t k,
			  struct arena *arena)
{
	pattern->sample_size = levellers->count;
	pattern->team_median = levellers->team_median;
	pattern->success_indicators = (struct success_indicators){
		.team_doubled = publish_share(levellers->team_doubled, levellers->team_known, k),
		.revenue_increased = whole(levellers->revenue_increased),
		.lead_flow_improved =
			publish_share(levellers->lead_flow_improved, levellers->count, k),
	};
	pattern->stages.items = arena_array(arena, struct stage_share, levellers->stages_count);
	for (size_t i = 0; i < levellers->stages_count; i++) {
		const struct stage_count *stage = &levellers->stages[i];
		struct optional_number share =
			publish_share(stage->count, levellers->stage_known, k);

		if (share.present)
			pattern->stages.items[pattern->stages.count++] =
				(struct stage_share){ stage->stage, share.value };
	}
}

void pattern_set_confidence(struct pattern *pattern, const struct outcome_evidence *outcomes,
			    int64_t k)
{
	struct confidence confidence = calculate_pattern_confidence(
		pattern->sample_size, pattern->consistency, outcomes, k);

	pattern->confidence_score = confidence.score;
	pattern->expected_success = confidence.expected;
	pattern->outcome_voters = outcomes->voters;
}

struct pattern *identify_common_patterns(const struct cohorts *cohorts, size_t from,
					 const struct outcome_evidence *outcomes,
					 struct arena *arena)
{
	const struct cohort *cohort = &cohorts->items[from];
	const struct label *tiers = &cohorts->vocabulary->tiers.items[from];
	int64_t k = cohorts->constants.k;

	if ((int64_t)cohort->levellers < k)
		return NULL;

	struct item_uses uses = count_items(cohorts, from, arena);
	struct levellers levellers = describe_levellers(cohorts, from, arena);
	struct pattern *pattern = arena_new(arena, struct pattern);

	grade_items(uses.items, uses.count, k);
	pattern->pattern_key =
		pattern_key_of(tiers[0].name, tiers[1].name, PATTERN_TYPE_WHOLE, arena);
	pattern->status = PATTERN_ACTIVE;
	pattern->as_of = cohorts->as_of;
	pattern->from_revenue_tier = tiers[0].name;
	pattern->to_revenue_tier = tiers[1].name;
	pattern->pattern_type = PATTERN_TYPE_WHOLE;
	pattern->consistency = consistency_of(uses.items, uses.count);
	set_levellers(pattern, &levellers, k, arena);
	set_lists(pattern, cohorts, &uses, arena);
	set_times(pattern, cohorts, cohort, arena);
	pattern_set_confidence(pattern, outcomes, k);
	pattern->pattern_name = pattern_name_of(pattern, cohorts->vocabulary, arena);
	pattern->pattern_description = pattern_description_of(pattern, cohorts->vocabulary, arena);
	return pattern;
}
