/*
 * Of each message no more is kept than a row must fit: digests of what was told last of each goal, step and match, since when what was
 * recommended, and one over all that a contractor was told. So memory grows with the contractors that differ, by some kilobytes each.
 */
#include "decide_told.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "identity.h"
#include "instant.h"
#include "messages.h"

#define GOALS "public.ai_concierge_goals"
#define ITEMS "public.ai_concierge_checklist_items"
#define MATCHES "public.contractor_pattern_matches"
#define TRACKING "public.pattern_success_tracking"
#define RECOMMENDATIONS "goal_enricher.recommendations"

#define NOT_ABOVE 0.5 /* the tier score of who is one tier below */

struct told_goal {
	struct uuid id, content;
	struct uuid pattern; /* of the first one that it was told with */
	struct uuid event;   /* that told it last */
	struct uuid *items;  /* by position */
	size_t items_count, items_room;
};

struct told_match {
	struct uuid pattern, content, profile;
	double tier_score;
	int to; /* rank of the tier that the pattern leads to */
	bool successful;
};

/* A contractor.matched, by which a goal was told. */
struct told_cause {
	struct uuid id, profile;
};

/* A partner's step names one of them by its id and all in words, so of partners it is known when some were recommended. */
struct told_listing {
	struct uuid what; /* pattern, kind and item; of partners the time instead of the item */
	utc_us first_at;
};

#define GROWING(type) \
	struct { \
		type *items; \
		size_t count, room; \
	}

struct told_contractor {
	GROWING(struct told_goal) goals;
	GROWING(struct told_match) matches;
	GROWING(struct told_cause) causes;
	GROWING(struct told_listing) listings;
	struct uuid matched, versions; /* over all messages so far */
};

struct told {
	const int64_t *ids;
	struct told_contractor *items; /* of ids */
	size_t count;
	const struct vocabulary *vocabulary;
	struct arena arena, scratch;
};

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

static int by_number(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static struct told_contractor *find_contractor(const struct told *told, int64_t id)
{
	const int64_t *found =
		told->count ? bsearch(&id, told->ids, told->count, sizeof(id), by_number) : NULL;

	return found ? &told->items[found - told->ids] : NULL;
}

bool told_wants(const struct told *told, int64_t contractor)
{
	return find_contractor(told, contractor) != NULL;
}

/* One more, to be filled in. */
#define ADD(told, list) \
	(make_room(told, (void **)&(list)->items, (list)->count, &(list)->room, \
		   sizeof(*(list)->items)), \
	 &(list)->items[(list)->count++])

static void make_room(struct told *told, void **items, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 4;

	if (count < *room)
		return;
	*items = arena_grow(&told->arena, *items, count, more, size);
	*room = more;
}

/* ---- digests: of what a message says, and of what a row says ---- */

static struct uuid digest(const struct json_field *fields, const void *value, struct arena *arena)
{
	return identity("told", json_encode_text(fields, value, arena), NULL);
}

static struct uuid digest_goal(struct goal_enriched goal, struct arena *arena)
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

static struct uuid digest_item(struct checklist_item item, struct arena *arena)
{
	item.status = "pending";
	return digest(checklist_item_fields, &item, arena);
}

static struct uuid digest_match(struct pattern_match match, struct arena *arena)
{
	match.reasons = (struct texts){ 0 };
	return digest(pattern_match_fields, &match, arena);
}

static struct uuid digest_listing(const char *pattern_key, const char *item_type, const char *item,
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

static struct told_match *find_match(const struct told_contractor *contractor,
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

/* As matcher judges it: who was in or below the pattern's first tier when it last fitted is in its second one, or above. */
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
		struct told_match *known = find_match(contractor, &pattern);

		if (!known)
			known = ADD(told, &contractor->matches);
		*known = (struct told_match){ pattern,
					      digest_match(*match, arena),
					      profile,
					      match->tier_score,
					      rank_of_goal(told, match->pattern_key, arena),
					      known->successful };
	}
}

static struct told_goal *find_goal(const struct told_contractor *contractor, const struct uuid *id)
{
	for (size_t i = 0; i < contractor->goals.count; i++)
		if (uuid_equal(&contractor->goals.items[i].id, id))
			return &contractor->goals.items[i];
	return NULL;
}

static struct told_listing *find_listing(const struct told_contractor *contractor,
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
	what = digest_listing(goal->pattern_key, item->item_type, item->item, goal->occurred_at);
	known = find_listing(contractor, &what);
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
	struct told_goal *known = find_goal(contractor, &goal->goal_id);
	char id[UUID_TEXT_SIZE];

	uuid_to_text(&goal->goal_id, id);
	add_to(&contractor->versions, id, goal->pattern_key ? goal->pattern_key : "",
	       arena_printf(&told->scratch, "%lld", (long long)goal->pattern_version.value));
	if (!known) {
		known = ADD(told, &contractor->goals);
		*known = (struct told_goal){ .id = goal->goal_id };
	}
	if (goal->pattern_key && uuid_equal(&known->pattern, &none))
		known->pattern = identity("pattern", goal->pattern_key, NULL);
	if (!uuid_from_text(event_id, strlen(event_id), &known->event))
		known->event = none;
	known->content = digest_goal(*goal, &told->scratch);
	known->items_count = 0;
	for (size_t i = 0; i < goal->checklist.count; i++) {
		make_room(told, (void **)&known->items, known->items_count, &known->items_room,
			  sizeof(*known->items));
		known->items[known->items_count++] =
			digest_item(goal->checklist.items[i], &told->scratch);
		take_listing(told, contractor, goal, &goal->checklist.items[i]);
	}
}

void told_take(struct told *told, const struct told_message *message)
{
	struct told_contractor *of = find_contractor(told, message->contractor);
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

/* ---- rows ---- */

static const char *text_at(struct json_object *object, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value)
							       : NULL;
}

/* Decodes a row as the message that tells of it; `name` besides, if not NULL, has the value. */
static bool decode_row(struct json_object *row, const char *name, struct json_object *value,
		       const struct json_field *fields, void *object, size_t size,
		       struct arena *arena)
{
	struct json_object *copy = NULL;
	struct err err = { 0 };
	const char *text;
	bool ok;

	json_object_deep_copy(row, &copy, NULL);
	json_object_object_add(copy, name, json_object_get(value));
	text = json_object_to_json_string_ext(copy, JSON_C_TO_STRING_PLAIN);
	ok = json_decode(text, strlen(text), fields, object, size, arena, &err);
	json_object_put(copy);
	return ok;
}

static bool is_goal_as_told(struct json_object *row, struct json_object *id,
			    const struct told_goal *told, struct arena *arena)
{
	struct goal_enriched goal;
	struct uuid content;

	if (!told ||
	    !decode_row(row, "goal_id", id, goal_enriched_fields, &goal, sizeof(goal), arena))
		return false;
	content = digest_goal(goal, arena);
	return uuid_equal(&content, &told->content);
}

static bool is_item_as_told(struct json_object *row, const struct uuid *told, struct arena *arena)
{
	struct checklist_item item;
	struct uuid content;
	struct json_object *type = json_object_object_get(row, "item_type");

	if (!told ||
	    !decode_row(row, "item_type", type, checklist_item_fields, &item, sizeof(item), arena))
		return false;
	content = digest_item(item, arena);
	return uuid_equal(&content, told);
}

static bool is_match_as_told(struct json_object *row, struct json_object *key,
			     const struct told_match *told, struct arena *arena)
{
	struct pattern_match match;
	struct uuid content;
	struct json_object *score = json_object_object_get(row, "score");

	if (!told || !score)
		return false;
	/* The other column of the score is rounded. */
	json_object_object_add(key, "match_score", json_object_get(score));
	json_object_object_foreach(row, name, value) {
		if (strcmp(name, "match_score") != 0)
			json_object_object_add(key, name, json_object_get(value));
	}
	if (!decode_row(key, "match_score", score, pattern_match_fields, &match, sizeof(match),
			arena))
		return false;
	content = digest_match(match, arena);
	return uuid_equal(&content, &told->content);
}

static bool is_first_pattern(struct json_object *row, const struct told_goal *goal)
{
	const char *key = text_at(row, "pattern_key");
	struct uuid pattern = identity("pattern", key ? key : "", NULL);

	return uuid_equal(&pattern, &goal->pattern);
}

/* Whether the row, or that there is none (row NULL), is what the side told. */
static bool is_as_told(const char *table, struct json_object *row, struct json_object *key,
		       const struct told_contractor *contractor, struct arena *arena)
{
	struct json_object *id = json_object_object_get(key, "goal_uuid");
	const char *id_text = id ? json_object_get_string(id) : "";
	struct uuid uuid = { 0 };
	const struct told_goal *goal;

	uuid_from_text(id_text, strlen(id_text), &uuid);
	goal = find_goal(contractor, &uuid);
	if (strcmp(table, GOALS) == 0)
		return row ? is_goal_as_told(row, id, goal, arena) : !goal;
	if (strcmp(table, TRACKING) == 0)
		return row ? goal && is_first_pattern(row, goal) : !goal;
	if (strcmp(table, ITEMS) == 0) {
		int64_t position = json_object_get_int64(json_object_object_get(key, "position"));
		const struct uuid *item = goal && position >= 1 &&
							  position <= (int64_t)goal->items_count
						  ? &goal->items[position - 1]
						  : NULL;

		return row ? is_item_as_told(row, item, arena) : !item;
	}
	if (strcmp(table, MATCHES) == 0) {
		struct uuid pattern = identity("pattern", text_at(key, "pattern_key"), NULL);
		const struct told_match *match = find_match(contractor, &pattern);

		return row ? is_match_as_told(row, key, match, arena) : !match;
	}
	return false;
}

/* `at`: of the row that the other side, or this one, has. */
static bool is_listed(struct json_object *row, struct json_object *key, const char *at,
		      const struct told_contractor *contractor)
{
	const char *type = text_at(key, "item_type");
	bool partner = strcmp(type, action_kind_names[ACTION_PARTNER]) == 0;
	const struct told_listing *listing;
	struct uuid what;
	utc_us time = 0;

	if (!at || !instant_parse(at, strlen(at), &time))
		return false;
	what = digest_listing(text_at(key, "pattern_key"), type, text_at(key, "item"), time);
	listing = find_listing(contractor, &what);
	if (row)
		return listing && listing->first_at == time;
	return partner || !listing;
}

static bool is_fine(const struct diff_pair *pair, size_t side, struct json_object *key,
		    const struct told *log, bool trusted, struct arena *arena)
{
	struct json_object *row = side ? pair->right : pair->left;
	struct json_object *other = side ? pair->left : pair->right;
	const struct told_contractor *contractor;

	if (!log)
		return trusted;
	contractor = find_contractor(log, pair->contractor);
	if (!contractor)
		return false;
	if (strcmp(pair->table->name, RECOMMENDATIONS) == 0)
		return is_listed(row, key, text_at(row ? row : other, "first_at"), contractor);
	return is_as_told(pair->table->name, row, key, contractor, arena);
}

/* Where one side cannot be asked, that it did is not ruled out. */
static bool told_otherwise(const struct diff_pair *pair, const struct told *const logs[2])
{
	const struct told_contractor *a, *b;

	if (!logs[0] || !logs[1])
		return true;
	a = find_contractor(logs[0], pair->contractor);
	b = find_contractor(logs[1], pair->contractor);
	return a && b &&
	       (!uuid_equal(&a->matched, &b->matched) || !uuid_equal(&a->versions, &b->versions));
}

/* An event's id follows from that of what caused it, so the one that fits is it; of goals told by others none does. */
static bool has_caused(const struct told_cause *cause, const struct uuid *goal_event)
{
	char id[UUID_TEXT_SIZE], ordinal[2] = "0";

	uuid_to_text(&cause->id, id);
	for (; *ordinal <= '9'; ++*ordinal) {
		struct uuid caused = identity("event", "goal-enricher", "", "growth/matcher", id,
					      ordinal, "com.growthpatterns." TOPIC_GOAL_ENRICHED,
					      NULL);

		if (uuid_equal(&caused, goal_event))
			return true;
	}
	return false;
}

static struct uuid profile_of(const struct told_contractor *contractor, const struct uuid *event)
{
	for (size_t i = contractor->causes.count; i > 0; i--)
		if (has_caused(&contractor->causes.items[i - 1], event))
			return contractor->causes.items[i - 1].profile;
	return (struct uuid){ 0 };
}

static void note(struct json_object *content, const char *name, bool value)
{
	if (content)
		json_object_object_add(content, name, json_object_new_boolean(value));
}

static void note_profile(struct json_object *content, const struct uuid *profile)
{
	static const struct uuid unknown;
	char text[UUID_TEXT_SIZE];

	if (uuid_equal(profile, &unknown))
		return;
	uuid_to_text(profile, text);
	json_object_object_add(content, "@profile", json_object_new_string(text));
}

/* What a row that is as told was told of. */
static void note_basis(const struct diff_pair *pair, struct json_object *content,
		       struct json_object *key, const struct told *log)
{
	const struct told_contractor *contractor = log ? find_contractor(log, pair->contractor)
						       : NULL;
	const char *goal_id = text_at(key, "goal_uuid"), *result;
	struct uuid id = identity("pattern", text_at(key, "pattern_key"), NULL);
	const struct told_match *match;
	const struct told_goal *goal;
	struct uuid profile;

	if (!contractor || !content)
		return;
	if (strcmp(pair->table->name, MATCHES) == 0 && (match = find_match(contractor, &id))) {
		result = text_at(content, "decided_result");
		note_profile(content, &match->profile);
		note(content, "@result",
		     match->successful == (result && strcmp(result, "successful") == 0));
	}
	if (strcmp(pair->table->name, GOALS) == 0 &&
	    uuid_from_text(goal_id, strlen(goal_id), &id) && (goal = find_goal(contractor, &id))) {
		profile = profile_of(contractor, &goal->event);
		note_profile(content, &profile);
	}
}

bool told_concerns(const struct diff_table *table)
{
	static const char *const names[] = { GOALS, ITEMS, MATCHES, TRACKING, RECOMMENDATIONS };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(table->name, names[i]) == 0)
			return true;
	return false;
}

void told_judge(struct diff_pair *pair, struct json_object *key, const struct told *const logs[2],
		const bool trusted[2])
{
	bool otherwise = told_otherwise(pair, logs);
	struct arena arena;
	bool fine[2];

	arena_init(&arena);
	for (size_t i = 0; i < 2; i++)
		fine[i] = is_fine(pair, i, key, logs[i], trusted[i], &arena);
	arena_release(&arena);
	for (size_t i = 0; i < 2; i++) {
		struct json_object *content = i ? pair->right : pair->left;
		bool alone = !pair->left || !pair->right;

		note(content, "@as_told", fine[i] && (!alone || fine[1 - i]));
		note(content, "@otherwise", otherwise);
		note_basis(pair, content, key, logs[i]);
	}
}
