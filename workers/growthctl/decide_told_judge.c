/* Rows against what the topics told: a row is decoded as the message that tells of it. */
#include <string.h>

#include "decide_told_parts.h"
#include "identity.h"
#include "instant.h"

#define GOALS "public.ai_concierge_goals"
#define ITEMS "public.ai_concierge_checklist_items"
#define MATCHES "public.contractor_pattern_matches"
#define TRACKING "public.pattern_success_tracking"
#define RECOMMENDATIONS "goal_enricher.recommendations"

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
	content = told_digest_goal(goal, arena);
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
	content = told_digest_item(item, arena);
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
	content = told_digest_match(match, arena);
	return uuid_equal(&content, &told->content);
}

static bool is_first_pattern(struct json_object *row, const struct told_goal *goal)
{
	const char *key = text_at(row, "pattern_key");
	struct uuid pattern = identity("pattern", key ? key : "", NULL);

	return uuid_equal(&pattern, &goal->pattern);
}

/* Only a goal with a pattern is tracked. */
static bool has_no_pattern(const struct told_goal *goal)
{
	static const struct uuid none;

	return uuid_equal(&goal->pattern, &none);
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
	goal = told_find_goal(contractor, &uuid);
	if (strcmp(table, GOALS) == 0)
		return row ? is_goal_as_told(row, id, goal, arena) : !goal;
	if (strcmp(table, TRACKING) == 0)
		return row ? goal && is_first_pattern(row, goal) : !goal || has_no_pattern(goal);
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
		const struct told_match *match = told_find_match(contractor, &pattern);

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
	what = told_digest_listing(text_at(key, "pattern_key"), type, text_at(key, "item"), time);
	listing = told_find_listing(contractor, &what);
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
	contractor = told_find_contractor(log, pair->contractor);
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
	a = told_find_contractor(logs[0], pair->contractor);
	b = told_find_contractor(logs[1], pair->contractor);
	return a && b &&
	       (!uuid_equal(&a->matched, &b->matched) || !uuid_equal(&a->versions, &b->versions));
}

/* An event's id follows from that of what caused it, so the one that fits is it; of goals told by
 * others none does. */
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
	const struct told_contractor *contractor = log ? told_find_contractor(log, pair->contractor)
						       : NULL;
	const char *goal_id = text_at(key, "goal_uuid"), *result;
	struct uuid id = identity("pattern", text_at(key, "pattern_key"), NULL);
	const struct told_match *match;
	const struct told_goal *goal;
	struct uuid profile;

	if (!contractor || !content)
		return;
	if (strcmp(pair->table->name, MATCHES) == 0 && (match = told_find_match(contractor, &id))) {
		result = text_at(content, "decided_result");
		note_profile(content, &match->profile);
		note(content, "@result",
		     match->successful == (result && strcmp(result, "successful") == 0));
	}
	if (strcmp(pair->table->name, GOALS) == 0 &&
	    uuid_from_text(goal_id, strlen(goal_id), &id) &&
	    (goal = told_find_goal(contractor, &id))) {
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
