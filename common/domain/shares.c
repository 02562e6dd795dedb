/*
 * Who knows several shares knows what is left of them, and who knows a sub-cohort's beside the
 * whole cohort's knows those of the rest. So each group that can be made of what is told has to be
 * k contractors or none: the shares themselves and what is left of all, inside and outside. Of
 * first actions these are the single items', and what a category has beyond its items that are
 * told; all else is made of such groups.
 */
#include "publish.h"
#include "shares.h"

/* Shares of one kind: whom they count inside of the group and, of the whole cohort, outside. */
struct told_shares {
	size_t count;
	bool *told;
	double *inside, *outside;
	double all_inside, all_outside;
};

static struct told_shares new_shares(size_t count, struct arena *arena)
{
	return (struct told_shares){
		.count = count,
		.told = arena_array(arena, bool, count),
		.inside = arena_array(arena, double, count),
		.outside = arena_array(arena, double, count),
	};
}

/* Outside, what the whole cohort does not tell is taken as told, too: who knows less does not know
 * of fewer. */
static void tell_nothing_of_few(struct told_shares *shares, int64_t k)
{
	leave_out_smallest(shares->inside, shares->told, shares->count, shares->all_inside, k);
	leave_out_smallest(shares->outside, shares->told, shares->count, shares->all_outside, k);
}

void set_stages(struct pattern *pattern, const struct levellers *levellers,
		const struct levellers *whole, int64_t k, struct arena *scratch,
		struct arena *arena)
{
	size_t count = levellers->stages_count;
	struct stage_share *stages = arena_array(arena, struct stage_share, count);
	struct told_shares shares = new_shares(count, scratch);
	bool exact = true;

	shares.all_inside = (double)levellers->stage_known;
	shares.all_outside = (double)whole->stage_known - shares.all_inside;
	for (size_t i = 0; i < count; i++) {
		const struct stage_count *stage = &levellers->stages[i];
		struct published_rate rate = publish_rate(stage->count, levellers->stage_known, k);
		struct portion own = { (double)stage->count, shares.all_inside };
		struct portion all = { (double)whole->count_of_stage[stage->number],
				       (double)whole->stage_known };

		stages[i] = (struct stage_share){ stage->stage, rate.rate };
		shares.inside[i] = own.users;
		shares.outside[i] = all.users - own.users;
		shares.told[i] = rate.shown && may_tell_beside(&own, &all, k);
		exact &= !rate.at_least;
	}
	/* "At least" is told of one alone, and nothing of what is left. */
	if (exact)
		tell_nothing_of_few(&shares, k);
	pattern->stages.items = stages;
	for (size_t i = 0; i < count; i++)
		if (shares.told[i])
			stages[pattern->stages.count++] = stages[i];
}

void choose_first_shares(struct item_uses *uses, const struct item_uses *whole, int64_t k,
			 struct arena *scratch)
{
	struct told_shares shares = new_shares(uses->count, scratch);
	int64_t dated = uses->dated_levellers;

	shares.all_inside = (double)dated;
	shares.all_outside = (double)(whole->dated_levellers - dated);
	for (size_t i = 0; i < uses->count; i++) {
		const struct item_use *use = &uses->items[i];
		struct portion own = { use->first_count, (double)dated };
		struct portion all = { whole_use(use)->first_count,
				       (double)whole->dated_levellers };

		shares.inside[i] = own.users;
		shares.outside[i] = all.users - own.users;
		/* One that its list has no room for counts, too: without it there are k more
		 * left. */
		shares.told[i] = use->grade != GRADE_NONE &&
				 may_tell_first(use->first_count, dated, k) &&
				 may_tell_beside(&own, &all, k);
	}
	tell_nothing_of_few(&shares, k);
	for (size_t i = 0; i < uses->count; i++)
		uses->items[i].first_share.present &= shares.told[i];
}

/* Who began with something of a category, or at all: inside and outside of the group, and of whom
 * single items tell. */
struct first_count {
	double inside, outside;
	double told_inside, told_outside;
};

/* in: by number of the name; NULL: everything. */
static struct first_count count_first(const struct item_uses *uses, const struct item_uses *whole,
				      const bool *in)
{
	struct first_count first = { 0 };

	for (size_t i = 0; i < uses->count; i++) {
		const struct item_use *use = &uses->items[i];

		if (in && !in[use->number])
			continue;
		first.inside += use->first_count;
		if (!use->first_share.present)
			continue;
		first.told_inside += use->first_count;
		first.told_outside += whole_use(use)->first_count - use->first_count;
	}
	for (size_t i = 0; i < whole->count; i++)
		if (!in || in[whole->items[i].number])
			first.outside += whole->items[i].first_count;
	first.outside -= first.inside;
	return first;
}

/* Adds one category's to the shares at `place`: what it has beyond single items. Returns what may
 * be said of it alone. */
static struct optional_number add_category(struct told_shares *shares, size_t place,
					   const struct first_count *first,
					   const struct item_uses *uses,
					   const struct item_uses *whole, int64_t k)
{
	struct portion own = { first->inside, (double)uses->dated_levellers };
	struct portion all = { first->inside + first->outside, (double)whole->dated_levellers };
	struct optional_number share =
		publish_first_category(first->inside, first->told_inside, uses->dated_levellers, k);

	shares->inside[place] = first->inside - first->told_inside;
	shares->outside[place] = first->outside - first->told_outside;
	shares->told[place] = share.present && may_tell_beside(&own, &all, k) &&
			      !is_few(shares->outside[place], k);
	return share;
}

void set_first_categories(struct pattern *pattern, const struct cohorts *cohorts,
			  const struct item_uses *uses, const struct item_uses *whole,
			  struct arena *scratch, struct arena *arena)
{
	const struct labels *types = &cohorts->vocabulary->goal_types;
	struct success_indicators *indicators = &pattern->success_indicators;
	struct category_share *categories = arena_array(arena, struct category_share, types->count);
	struct told_shares shares = new_shares(types->count, scratch);
	struct first_count all = count_first(uses, whole, NULL);
	int64_t k = cohorts->constants.k;
	size_t count = 0;

	shares.all_inside = (double)uses->dated_levellers - all.told_inside;
	shares.all_outside = (double)(whole->dated_levellers - uses->dated_levellers) -
			     all.told_outside;
	for (size_t i = 0; i < types->count; i++) {
		const char *type = types->items[i].name;
		struct first_count first =
			count_first(uses, whole, names_in_category(cohorts, type, scratch));

		categories[i] = (struct category_share){
			type, add_category(&shares, i, &first, uses, whole, k).value
		};
	}
	tell_nothing_of_few(&shares, k);
	for (size_t i = 0; i < types->count; i++)
		if (shares.told[i])
			categories[count++] = categories[i];
	if (count > 0) {
		indicators->first_categories.items = categories;
		indicators->first_categories.count = count;
	}
}
