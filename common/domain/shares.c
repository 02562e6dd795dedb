/*
 * Who knows several shares knows what is left of them. So each group that can be made of what is told has to be k
 * contractors or none: the shares themselves, and what is left of all. Of first actions these are the single items', and
 * what a category has beyond its items that are told; then all else is made of such groups.
 */
#include "shares.h"
#include "publish.h"

void set_stages(struct pattern *pattern, const struct levellers *levellers, int64_t k,
		struct arena *scratch, struct arena *arena)
{
	size_t count = levellers->stages_count;
	struct stage_share *shares = arena_array(arena, struct stage_share, count);
	double *counts = arena_array(scratch, double, count);
	bool *told = arena_array(scratch, bool, count), exact = true;

	for (size_t i = 0; i < count; i++) {
		const struct stage_count *stage = &levellers->stages[i];
		struct published_rate rate = publish_rate(stage->count, levellers->stage_known, k);

		shares[i] = (struct stage_share){ stage->stage, rate.rate };
		counts[i] = (double)stage->count;
		told[i] = rate.shown;
		exact &= !rate.at_least;
	}
	/* "At least" is told of one alone, and nothing of what is left. */
	if (exact)
		leave_out_smallest(counts, told, count, (double)levellers->stage_known, k);
	pattern->stages.items = shares;
	for (size_t i = 0; i < count; i++)
		if (told[i])
			shares[pattern->stages.count++] = shares[i];
}

void choose_first_shares(struct item_uses *uses, int64_t k, struct arena *scratch)
{
	double *counts = arena_array(scratch, double, uses->count);
	bool *told = arena_array(scratch, bool, uses->count);

	for (size_t i = 0; i < uses->count; i++) {
		counts[i] = uses->items[i].first_count;
		/* One that its list has no room for counts, too: without it there are k more left. */
		told[i] = uses->items[i].grade != GRADE_NONE &&
			  may_tell_first(counts[i], uses->dated_levellers, k);
	}
	leave_out_smallest(counts, told, uses->count, (double)uses->dated_levellers, k);
	for (size_t i = 0; i < uses->count; i++)
		uses->items[i].first_share.present &= told[i];
}

/* Of one category, or of all items: who began with something of it, and of whom single items tell. */
struct first_count {
	double all, told;
};

/* in: by number of the name; NULL: all. */
static struct first_count count_first(const struct item_uses *uses, const bool *in)
{
	struct first_count first = { 0 };

	for (size_t i = 0; i < uses->count; i++) {
		const struct item_use *use = &uses->items[i];

		if (in && !in[use->number])
			continue;
		first.all += use->first_count;
		if (use->first_share.present)
			first.told += use->first_count;
	}
	return first;
}

void set_first_categories(struct pattern *pattern, const struct cohorts *cohorts,
			  const struct item_uses *uses, struct arena *scratch, struct arena *arena)
{
	const struct labels *types = &cohorts->vocabulary->goal_types;
	struct success_indicators *indicators = &pattern->success_indicators;
	struct category_share *shares = arena_array(arena, struct category_share, types->count);
	double *left = arena_array(scratch, double, types->count);
	bool *told = arena_array(scratch, bool, types->count);
	int64_t k = cohorts->constants.k, dated = uses->dated_levellers;
	size_t count = 0;

	for (size_t i = 0; i < types->count; i++) {
		const bool *in = names_in_category(cohorts, types->items[i].name, scratch);
		struct first_count first = count_first(uses, in);
		struct optional_number share =
			publish_first_category(first.all, first.told, dated, k);

		shares[i] = (struct category_share){ types->items[i].name, share.value };
		told[i] = share.present;
		left[i] = first.all - first.told;
	}
	leave_out_smallest(left, told, types->count, (double)dated - count_first(uses, NULL).told,
			   k);
	for (size_t i = 0; i < types->count; i++)
		if (told[i])
			shares[count++] = shares[i];
	if (count > 0) {
		indicators->first_categories.items = shares;
		indicators->first_categories.count = count;
	}
}
