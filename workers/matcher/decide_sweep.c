/* Whom a change of the library concerns. */
#include "decide.h"

static bool is_concerned(const struct vocabulary *vocabulary, const char *tier,
			 const struct changed_patterns *changed)
{
	for (size_t i = 0; i < changed->count; i++) {
		const struct pattern *pattern = changed->items[i];

		if (!pattern || tier_alignment(vocabulary, tier, pattern->from_revenue_tier) > 0)
			return true;
	}
	return changed->unknown;
}

struct texts matcher_concerned_tiers(const struct vocabulary *vocabulary,
				     const struct changed_patterns *changed, struct arena *arena)
{
	const struct labels *all = &vocabulary->tiers;
	struct texts tiers = { .items = arena_array(arena, const char *, all->count) };

	for (size_t i = 0; i < all->count; i++) {
		if (is_concerned(vocabulary, all->items[i].name, changed))
			tiers.items[tiers.count++] = all->items[i].name;
	}
	return tiers;
}

const utc_us *matcher_newest_by_tier(const struct vocabulary *vocabulary,
				     const struct pattern *const *patterns, size_t count,
				     struct arena *arena)
{
	const struct labels *tiers = &vocabulary->tiers;
	utc_us *newest = arena_array(arena, utc_us, tiers->count);

	for (size_t i = 0; i < tiers->count; i++)
		for (size_t j = 0; j < count; j++)
			if (patterns[j]->as_of > newest[i] &&
			    tier_alignment(vocabulary, tiers->items[i].name,
					   patterns[j]->from_revenue_tier) > 0)
				newest[i] = patterns[j]->as_of;
	return newest;
}
