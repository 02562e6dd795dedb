/* From a profile to what is published about it. */
#include "decide.h"

#include "decide_matches.h"
#include "decimal.h"
#include "normalise.h"
#include "team.h"

const struct config_option matcher_options[] = {
	OPTION_INT(struct matcher_config, sweep_chunk, "sweep.chunk", "500", 1, 10000,
		   "contractors matched again in one transaction when patterns have changed"),
	OPTION_END
};

void matcher_normalise_profile(void *value, const void *config, struct arena *arena)
{
	const struct matcher_config *matcher = config;

	normalise_profile(&matcher->vocabulary, value, arena);
}

bool matcher_check_profile(const void *value, const void *config, struct err *err)
{
	const struct matcher_config *matcher = config;

	return normalised_check(&matcher->vocabulary, value, err);
}

const char *matcher_key_of(int64_t contractor_id, struct arena *arena)
{
	char digits[DECIMAL_SIZE];

	return arena_strndup(arena, digits, decimal_format(contractor_id, digits));
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_team(const struct int_or_text *a, const struct int_or_text *b)
{
	if (a->present != b->present || !a->present)
		return a->present == b->present;
	return same_text(a->text, b->text) && (a->text || a->number == b->number);
}

static bool same_texts(const struct texts *a, const struct texts *b)
{
	if (a->count != b->count || !a->items != !b->items)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}

/* All but the numbers of people and of revenue. */
static bool same_words(const struct contractor *a, const struct contractor *b)
{
	return a->known == b->known && same_text(a->revenue_tier, b->revenue_tier) &&
	       same_text(a->team_size.text, b->team_size.text) &&
	       same_text(a->current_stage, b->current_stage) &&
	       same_texts(&a->focus_areas, &b->focus_areas) && a->status == b->status;
}

static bool same_profile(const struct contractor *a, const struct contractor *b)
{
	return same_words(a, b) && same_team(&a->team_size, &b->team_size) &&
	       a->annual_revenue.present == b->annual_revenue.present &&
	       (!a->annual_revenue.present || a->annual_revenue.value == b->annual_revenue.value);
}

static utc_us tier_entry(const struct contractor *contractor,
			 const struct contractor_updated *event)
{
	if (!contractor->known && event->tier_since.present &&
	    event->tier_since.value <= event->occurred_at)
		return event->tier_since.value;
	if (contractor->known && strcmp(contractor->revenue_tier, event->revenue_tier) == 0)
		return contractor->tier_entered_at;
	return event->occurred_at;
}

/* The contractor with the event's profile instead of his own. */
static struct contractor with_profile(const struct contractor *contractor,
				      const struct contractor_updated *event, const char *event_id,
				      int64_t partition)
{
	struct contractor next = *contractor;

	next.known = true;
	next.changed = true;
	next.revenue_tier = event->revenue_tier;
	next.team_size = event->team_size;
	next.current_stage = event->current_stage;
	next.focus_areas = event->focus_areas;
	next.annual_revenue = event->annual_revenue;
	next.status = event->status;
	next.tier_entered_at = tier_entry(contractor, event);
	next.occurred_at = event->occurred_at;
	next.event_id = event_id;
	next.partition = partition;
	if (!contractor->known)
		next.created_at = event->occurred_at;
	next.recast = contractor->recast || !same_words(contractor, &next) ||
		      contractor->partition != partition;
	return next;
}

/* Who is not in business, or not with us, is given no patterns. */
static bool is_active(const struct contractor *contractor)
{
	return contractor->status == STATUS_ABSENT || contractor->status == STATUS_ACTIVE;
}

static struct optional_number months_in_tier(const struct contractor *contractor)
{
	double months =
		matcher_months_between(contractor->tier_entered_at, contractor->occurred_at);

	return (struct optional_number){ .value = months, .present = months >= 0 };
}

static pattern_matches matches_for(const struct contractor *contractor,
				   const struct knowledge *knowledge)
{
	struct profile profile = {
		.revenue_tier = contractor->revenue_tier,
		.team_size = contractor->team_size,
		.current_stage = contractor->current_stage,
		.focus_areas = contractor->focus_areas,
		.months_in_tier = months_in_tier(contractor),
		.annual_revenue = contractor->annual_revenue,
	};
	size_t count = is_active(contractor) ? knowledge->count : 0;

	return find_matching_patterns(knowledge->vocabulary, &profile, knowledge->patterns, count,
				      knowledge->texts, knowledge->arena);
}

static struct turned_parts turned_between(const struct contractor *a, const struct contractor *b)
{
	return (struct turned_parts){
		.focus = (a->focus_areas.count > 0) != (b->focus_areas.count > 0),
		.team = !same_team(&a->team_size, &b->team_size) &&
			team_people(&a->team_size).present != team_people(&b->team_size).present,
		.stage = !a->current_stage != !b->current_stage,
	};
}

static struct contractor_matched matched_of(const struct contractor *contractor,
					    const pattern_matches *matches, int64_t snapshot)
{
	return (struct contractor_matched){
		.contractor_id = contractor->id,
		.occurred_at = contractor->occurred_at,
		.revenue_tier = contractor->revenue_tier,
		.team_size = contractor->team_size,
		.current_stage = contractor->current_stage,
		.focus_areas = contractor->focus_areas,
		.annual_revenue = contractor->annual_revenue,
		.status = contractor->status,
		.tier_entered_at = contractor->tier_entered_at,
		.snapshot = snapshot,
		.matches = *matches,
	};
}

struct change matcher_decide_rematch(struct contractor *contractor,
				     const struct knowledge *knowledge)
{
	pattern_matches matches = matches_for(contractor, knowledge);

	if (matcher_same_matches(contractor, &matches)) {
		matcher_judge_matches(contractor, knowledge);
		return (struct change){ .publish = false };
	}

	matcher_apply_matches(contractor, &matches, (struct turned_parts){ .focus = false },
			      knowledge);
	return (struct change){
		.publish = true,
		.matches = true,
		.matched = matched_of(contractor, &matches, knowledge->snapshot),
	};
}

struct change matcher_decide_profile(struct contractor *contractor,
				     const struct contractor_updated *event, const char *event_id,
				     int64_t partition, const struct knowledge *knowledge)
{
	struct change nothing = { .publish = false };

	if (contractor->known &&
	    !is_later(event->occurred_at, event_id, contractor->occurred_at, contractor->event_id))
		return nothing;

	struct contractor next = with_profile(contractor, event, event_id, partition);

	/* With its time, so that it does not matter whether this comes before the sweep. */
	if (same_profile(contractor, &next))
		return matcher_decide_rematch(contractor, knowledge);

	pattern_matches matches = matches_for(&next, knowledge);
	bool first_sight = !contractor->known;
	bool matches_changed = !matcher_same_matches(contractor, &matches);

	struct turned_parts turned = turned_between(contractor, &next);

	*contractor = next;
	matcher_apply_matches(contractor, &matches, turned, knowledge);
	return (struct change){
		.publish = true,
		.matches = first_sight || matches_changed,
		.matched = matched_of(contractor, &matches, knowledge->snapshot),
	};
}
