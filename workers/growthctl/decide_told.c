/*
 * Of each message no more is kept than a row must fit: digests of what was told last of each goal,
 * step and match, since when what was recommended, and one over all that a contractor was told. So
 * memory grows with the contractors that differ, by some kilobytes each.
 */
#include <stdlib.h>
#include <string.h>

#include "decide_told_parts.h"
#include "heap.h"
#include "identity.h"
#include "instant.h"
#include "numbers.h"

#define NOT_ABOVE 0.5 /* the tier score of who is one tier below */

struct told *told_new(const int64_t *contractors, size_t count, const struct vocabulary *vocabulary)
{
	struct told *told = heap_zeroed(1, sizeof(*told));

	arena_init(&told->arena);
	arena_init(&told->scratch);
	told->ids = contractors;
	told->count = count;
	told->vocabulary = vocabulary;
	told->items = arena_array(&told->arena, struct told_contractor, count);
	return told;
}

void told_free(struct told *told)
{
	if (!told)
		return;
	arena_release(&told->arena);
	arena_release(&told->scratch);
	free(told);
}

struct told_contractor *told_find_contractor(const struct told *told, int64_t id)
{
	const int64_t *found =
		told->count ? bsearch(&id, told->ids, told->count, sizeof(id), numbers_order)
			    : NULL;

	return found ? &told->items[found - told->ids] : NULL;
}

bool told_wants(const struct told *told, int64_t contractor)
{
	return told_find_contractor(told, contractor) != NULL;
}

/* One more, to be filled in. */
#define ADD(told, list) \
	((list)->items = arena_room(&(told)->arena, (list)->items, (list)->count, &(list)->room, \
				    sizeof(*(list)->items)), \
	 &(list)->items[(list)->count++])

/* ---- digests: of what a message says, and of what a row says ---- */

static struct uuid digest(const struct json_field *fields, const void *value, struct arena *arena)
{
	return identity("told", json_encode_text(fields, value, arena), NULL);
}

struct uuid told_digest_goal(struct goal_enriched goal, struct arena *arena)
{
	/* Others write these, or they stand in rows of their own. */
	goal.status = "active";
	goal.next_milestone = NULL;
	goal.checklist.items = NULL;
	goal.checklist.count = 0;
	if (goal.data_gaps.count == 0)
		goal.data_gaps.items = NULL;
	return digest(goal_enriched_fields, &goal, arena);
}

struct uuid told_digest_item(struct checklist_item item, struct arena *arena)
{
	item.status = "pending";
	return digest(checklist_item_fields, &item, arena);
}

struct uuid told_digest_match(struct pattern_match match, struct arena *arena)
{
	match.reasons = (struct texts){ 0 };
	return digest(pattern_match_fields, &match, arena);
}

struct uuid told_digest_listing(const char *pattern_key, const char *item_type, const char *item,
				utc_us time)
{
	char text[INSTANT_TEXT_SIZE];

	if (strcmp(item_type, action_kind_names[ACTION_PARTNER]) == 0) {
		instant_format(time, text);
		item = text;
	}
	return identity("listing", pattern_key, item_type, item, NULL);
}

/* ---- the log ---- */

static void add_to(struct uuid *history, const char *one, const char *other, const char *third)
{
	char before[UUID_TEXT_SIZE];

	uuid_to_text(history, before);
	*history = identity("history", before, one, other, third, NULL);
}

struct told_match *told_find_match(const struct told_contractor *contractor,
				   const struct uuid *pattern)
{
	for (size_t i = 0; i < contractor->matches.count; i++)
		if (uuid_equal(&contractor->matches.items[i].pattern, pattern))
			return &contractor->matches.items[i];
	return NULL;
}

static struct uuid digest_profile(struct contractor_matched profile, struct arena *arena)
{
	profile.matches.count = 0;
	return digest(contractor_matched_fields, &profile, arena);
}

/* "0_5_million>5_10_million/…": of the second one */
static int rank_of_goal(const struct told *told, const char *pattern_key, struct arena *arena)
{
	const char *to = strchr(pattern_key, '>');

	return to ? vocabulary_tier_rank(told->vocabulary,
					 arena_strndup(arena, to + 1, strcspn(to + 1, "/")))
		  : -1;
}

/* As matcher judges it: who was in or below the pattern's first tier when it last fitted is in its
 * second one, or above. */
static void note_successes(const struct told *told, struct told_contractor *contractor,
			   const char *tier)
{
	int rank = vocabulary_tier_rank(told->vocabulary, tier);

	for (size_t i = 0; i < contractor->matches.count; i++) {
		struct told_match *match = &contractor->matches.items[i];

		match->successful = match->successful || (match->tier_score >= NOT_ABOVE &&
							  match->to >= 0 && rank >= match->to);
	}
}

static void take_matched(struct told *told, struct told_contractor *contractor,
			 struct contractor_matched *matched, const char *id)
{
	struct arena *arena = &told->scratch;
	struct uuid cause, profile;

	matched->snapshot = 0; /* an offset of this side's own */
	profile = digest_profile(*matched, arena);
	add_to(&contractor->matched, json_encode_text(contractor_matched_fields, matched, arena),
	       "", "");
	if (uuid_from_text(id, strlen(id), &cause))
		*ADD(told, &contractor->causes) = (struct told_cause){ cause, profile };
	note_successes(told, contractor, matched->revenue_tier);
	for (size_t i = 0; i < matched->matches.count; i++) {
		const struct pattern_match *match = &matched->matches.items[i];
		struct uuid pattern = identity("pattern", match->pattern_key, NULL);
		struct told_match *known = told_find_match(contractor, &pattern);

		if (!known)
			known = ADD(told, &contractor->matches);
		*known = (struct told_match){ pattern,
					      told_digest_match(*match, arena),
					      profile,
					      match->tier_score,
					      rank_of_goal(told, match->pattern_key, arena),
					      known->successful };
	}
}

struct told_goal *told_find_goal(const struct told_contractor *contractor, const struct uuid *id)
{
	for (size_t i = 0; i < contractor->goals.count; i++)
		if (uuid_equal(&contractor->goals.items[i].id, id))
			return &contractor->goals.items[i];
	return NULL;
}

struct told_listing *told_find_listing(const struct told_contractor *contractor,
				       const struct uuid *what)
{
	for (size_t i = 0; i < contractor->listings.count; i++)
		if (uuid_equal(&contractor->listings.items[i].what, what))
			return &contractor->listings.items[i];
	return NULL;
}

static void take_listing(struct told *told, struct told_contractor *contractor,
			 const struct goal_enriched *goal, const struct checklist_item *item)
{
	struct uuid what;
	struct told_listing *known;

	if (!goal->pattern_key || !item->item)
		return;
	what = told_digest_listing(goal->pattern_key, item->item_type, item->item,
				   goal->occurred_at);
	known = told_find_listing(contractor, &what);
	if (!known) {
		known = ADD(told, &contractor->listings);
		*known = (struct told_listing){ what, goal->occurred_at };
	}
	if (goal->occurred_at < known->first_at)
		known->first_at = goal->occurred_at;
}

static void take_goal(struct told *told, struct told_contractor *contractor,
		      const struct goal_enriched *goal, const char *event_id)
{
	static const struct uuid none;
	struct told_goal *known = told_find_goal(contractor, &goal->goal_id);
	char id[UUID_TEXT_SIZE];

	uuid_to_text(&goal->goal_id, id);
	/* The event's id follows from what it was told because of. */
	add_to(&contractor->versions, id,
	       arena_printf(&told->scratch, "%s %lld", goal->pattern_key ? goal->pattern_key : "",
			    (long long)goal->pattern_version.value),
	       event_id);
	if (!known) {
		known = ADD(told, &contractor->goals);
		*known = (struct told_goal){ .id = goal->goal_id };
	}
	if (goal->pattern_key && uuid_equal(&known->pattern, &none))
		known->pattern = identity("pattern", goal->pattern_key, NULL);
	if (!uuid_from_text(event_id, strlen(event_id), &known->event))
		known->event = none;
	known->content = told_digest_goal(*goal, &told->scratch);
	known->items_count = 0;
	for (size_t i = 0; i < goal->checklist.count; i++) {
		known->items = arena_room(&told->arena, known->items, known->items_count,
					  &known->items_room, sizeof(*known->items));
		known->items[known->items_count++] =
			told_digest_item(goal->checklist.items[i], &told->scratch);
		take_listing(told, contractor, goal, &goal->checklist.items[i]);
	}
}

void told_take(struct told *told, const struct told_message *message)
{
	struct told_contractor *of = told_find_contractor(told, message->contractor);
	struct contractor_matched matched;
	struct goal_enriched goal;
	struct err err = { 0 };

	arena_reset(&told->scratch);
	if (strcmp(message->topic, TOPIC_CONTRACTOR_MATCHED) == 0) {
		if (!message->value) {
			of->matches.count = of->causes.count = 0;
			of->matched = (struct uuid){ 0 };
		} else if (json_decode(message->value, message->length, contractor_matched_fields,
				       &matched, sizeof(matched), &told->scratch, &err)) {
			take_matched(told, of, &matched, message->id);
		}
	} else if (!message->value) {
		of->goals.count = of->listings.count = 0;
		of->versions = (struct uuid){ 0 };
	} else if (json_decode(message->value, message->length, goal_enriched_fields, &goal,
			       sizeof(goal), &told->scratch, &err)) {
		take_goal(told, of, &goal, message->id);
	}
}
