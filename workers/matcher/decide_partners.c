/* What the patterns of a contractor say for the partners that somebody scored for him. */
#include <math.h>

#include "decide_matches.h"

/* A partner and what speaks for him, while they are put in order. */
struct candidate {
	struct recommended_partner partner;
	double satisfaction; /* shrunk; 0: not rated */
	int64_t users;
	size_t place; /* as received */
};

static const char *list_text(const struct json_field *fields, size_t item_size, void *items,
			     size_t count, struct arena *arena)
{
	struct any_list list = { items, count };
	struct buffer out = { 0 };
	const char *text;

	json_encode_list(fields, item_size, &list, &out);
	text = arena_strndup(arena, out.bytes, out.length);
	buffer_release(&out);
	return text;
}

const char *matcher_scored_text(struct scored_partner *partners, size_t count, struct arena *arena)
{
	return list_text(scored_partner_fields, sizeof(*partners), partners, count, arena);
}

const char *matcher_recommended_text(struct recommended_partner *partners, size_t count,
				     struct arena *arena)
{
	return list_text(recommended_partner_fields, sizeof(*partners), partners, count, arena);
}

static bool same_partners(const struct partner_scores *scores, const struct partner_scored *event)
{
	if (scores->partners_count != event->partners.count)
		return false;
	for (size_t i = 0; i < event->partners.count; i++) {
		const struct scored_partner *a = &scores->partners[i],
					    *b = &event->partners.items[i];

		if (strcmp(a->partner_id, b->partner_id) != 0 || a->match_score != b->match_score ||
		    !a->name != !b->name || (a->name && strcmp(a->name, b->name) != 0))
			return false;
	}
	return true;
}

static const char *support_text(const char *name, const struct partner_support *support,
				const struct vocabulary *vocabulary, struct arena *arena)
{
	const struct wording *wording = &vocabulary->wording;
	const struct labels *tiers = &vocabulary->tiers;
	const struct pattern *pattern = support->pattern;
	const struct pattern_item *item = support->item;
	const char *satisfaction = NULL;

	if (item->avg_satisfaction.present)
		satisfaction = arena_printf(arena, "%.1f", item->avg_satisfaction.value);
	return say(wording, SENTENCE_PARTNER, arena, SAY_TEXT("partner", name),
		   SAY_TEXT("rate", rate_text(wording, item->usage_rate, item->at_least, arena)),
		   SAY_TEXT("from", label_of(tiers, pattern->from_revenue_tier)),
		   SAY_TEXT("to", label_of(tiers, pattern->to_revenue_tier)),
		   SAY_TEXT("satisfaction", satisfaction));
}

static const char *name_of(const struct scored_partner *partner, const struct pattern_item *item)
{
	if (partner->name)
		return partner->name;
	return item && item->name ? item->name : partner->partner_id;
}

static struct candidate candidate_of(const struct scored_partner *partner, size_t place,
				     const struct partner_support *support,
				     const struct knowledge *knowledge)
{
	const struct pattern_item *item = support->pattern ? support->item : NULL;
	struct candidate candidate = {
		.partner = {
			.partner_id = partner->partner_id,
			.name = partner->name,
			.match_score = partner->match_score,
			.boost = support->boost,
			.boosted_score = boosted_score(partner->match_score, support->boost),
		},
		.place = place,
	};

	if (!item)
		return candidate;
	candidate.partner.name = name_of(partner, item);
	candidate.partner.usage_rate =
		(struct optional_number){ .value = item->usage_rate, .present = true };
	candidate.partner.at_least = item->at_least;
	candidate.partner.avg_satisfaction = item->avg_satisfaction;
	candidate.partner.pattern_key = support->pattern->pattern_key;
	candidate.partner.message = support_text(candidate.partner.name, support,
						 knowledge->vocabulary, knowledge->arena);
	candidate.partner.like_you = say(&knowledge->vocabulary->wording, SENTENCE_PARTNER_LIKE_YOU,
					 knowledge->arena,
					 SAY_TEXT("partner", candidate.partner.name));
	candidate.satisfaction = item->shrunk_satisfaction.present ? item->shrunk_satisfaction.value
								   : 0;
	candidate.users = item->users;
	return candidate;
}

/* Greater first. */
static int descending(double a, double b)
{
	return (a < b) - (a > b);
}

static int best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = descending(x->partner.boosted_score, y->partner.boosted_score);

	if (order == 0)
		order = descending(x->satisfaction, y->satisfaction);
	if (order == 0)
		order = (x->users < y->users) - (x->users > y->users);
	if (order == 0)
		order = strcmp(x->partner.partner_id, y->partner.partner_id);
	return order ? order : (x->place > y->place) - (x->place < y->place);
}

static const struct pattern **patterns_of(const pattern_matches *matches,
					  const struct knowledge *knowledge)
{
	const struct pattern **patterns =
		arena_array(knowledge->arena, const struct pattern *, matches->count);

	for (size_t i = 0; i < matches->count; i++)
		patterns[i] = known_pattern(knowledge->patterns, knowledge->count,
					    matches->items[i].pattern_key);
	return patterns;
}

static struct candidate *ranked_candidates(const struct partner_scores *scores,
					   const pattern_matches *matches,
					   const struct knowledge *knowledge)
{
	const struct pattern *const *patterns = patterns_of(matches, knowledge);
	struct candidate *candidates =
		arena_array(knowledge->arena, struct candidate, scores->partners_count);

	for (size_t i = 0; i < scores->partners_count; i++) {
		const struct scored_partner *partner = &scores->partners[i];
		struct partner_support support =
			best_partner_boost(matches, patterns, partner->partner_id);

		candidates[i] = candidate_of(partner, i, &support, knowledge);
	}
	if (matches->count > 0)
		qsort(candidates, scores->partners_count, sizeof(*candidates), best_first);
	return candidates;
}

bool matcher_recommend(struct partner_scores *scores, const pattern_matches *matches,
		       utc_us profile_at, const struct knowledge *knowledge,
		       struct partner_recommended *ret_recommended)
{
	if (!scores->known)
		return false;

	size_t count = scores->partners_count;
	struct candidate *candidates = ranked_candidates(scores, matches, knowledge);
	struct recommended_partner *partners =
		arena_array(knowledge->arena, struct recommended_partner, count);

	for (size_t i = 0; i < count; i++)
		partners[i] = candidates[i].partner;

	const char *text = matcher_recommended_text(partners, count, knowledge->arena);

	if (scores->recommended && strcmp(scores->recommended, text) == 0)
		return false;
	scores->recommended = text;
	scores->changed = true;
	*ret_recommended = (struct partner_recommended){
		.contractor_id = scores->contractor_id,
		/* It rests on scores and profile, so it is as old as the younger. */
		.occurred_at = profile_at > scores->occurred_at ? profile_at : scores->occurred_at,
		.partners = { partners, count },
	};
	return true;
}

bool matcher_decide_scores(struct partner_scores *scores, const struct contractor *contractor,
			   const struct partner_scored *event, const char *event_id,
			   const struct knowledge *knowledge,
			   struct partner_recommended *ret_recommended)
{
	pattern_matches matches = matcher_current_matches(contractor, knowledge->arena);

	if (scores->known &&
	    (same_partners(scores, event) ||
	     !is_later(event->occurred_at, event_id, scores->occurred_at, scores->event_id)))
		return false;
	scores->known = true;
	scores->changed = true;
	scores->occurred_at = event->occurred_at;
	scores->event_id = event_id;
	scores->partners = event->partners.items;
	scores->partners_count = event->partners.count;
	/* A profile without matches says nothing, so whether it was already here must not be
	 * seen. */
	return matcher_recommend(scores, &matches,
				 matches.count > 0 ? contractor->occurred_at : event->occurred_at,
				 knowledge, ret_recommended);
}
