/*
 * The goals of one contractor, message by message. A message is applied to what is known of him,
 * the goals it concerns are made anew from scratch, and what differs from what was told before is
 * told again: so a message that changes nothing publishes nothing, and how batches are cut does not
 * matter.
 */
#include "buffer.h"
#include "decide.h"
#include "identity.h"

#define GOAL_TYPE_MAX 100 /* of its column */
#define TRIGGER_MAX 1000  /* bytes: it is indexed, and an index takes some 2,700 */

const struct config_option goal_rules_options[] = {
	OPTION_INT(struct goal_rules, milestones, "checklist.milestones", "3", 1, 10,
		   "milestones in a goal's checklist, at most"),
	OPTION_INT(struct goal_rules, partners, "checklist.partners", "2", 1, 10,
		   "partners that a goal's checklist recommends, at most"),
	OPTION_INT(struct goal_rules, content, "checklist.content", "1", 0, 10,
		   "books in a goal's checklist, at most; so too for podcasts and events"),
	OPTION_END,
};

const struct json_field step_fields[] = {
	FIELD_TEXT(struct step, name, "name", OPTIONAL),
	FIELD_TEXTS(struct step, items, "items", OPTIONAL),
	FIELD_END,
};

struct goal *contractor_add_goal(struct contractor_goals *contractor, struct arena *arena)
{
	struct goal *goal = arena_new(arena, struct goal);

	if (contractor->goals_count == contractor->goals_room) {
		contractor->goals_room = contractor->goals_room ? 2 * contractor->goals_room : 4;
		contractor->goals = arena_grow(arena, contractor->goals, contractor->goals_count,
					       contractor->goals_room, sizeof(*contractor->goals));
	}
	contractor->goals[contractor->goals_count++] = goal;
	return goal;
}

struct upstream_goal *contractor_add_upstream(struct contractor_goals *contractor,
					      struct arena *arena)
{
	if (contractor->upstream_count == contractor->upstream_room) {
		contractor->upstream_room =
			contractor->upstream_room ? 2 * contractor->upstream_room : 4;
		contractor->upstream =
			arena_grow(arena, contractor->upstream, contractor->upstream_count,
				   contractor->upstream_room, sizeof(*contractor->upstream));
	}
	return &contractor->upstream[contractor->upstream_count++];
}

bool contractor_is_known(const struct contractor_goals *contractor)
{
	return contractor->exists && contractor->matched;
}

static struct goal *find_goal(const struct contractor_goals *contractor, const struct uuid *id)
{
	for (size_t i = 0; i < contractor->goals_count; i++)
		if (uuid_equal(&contractor->goals[i]->told.goal_id, id))
			return contractor->goals[i];
	return NULL;
}

static struct upstream_goal *find_upstream(const struct contractor_goals *contractor,
					   const struct uuid *id)
{
	for (size_t i = 0; i < contractor->upstream_count; i++)
		if (uuid_equal(&contractor->upstream[i].created.goal_id, id))
			return &contractor->upstream[i];
	return NULL;
}

/* The goal without what follows the actions: whether one was read before must not be seen. */
static struct goal_enriched without_actions(const struct goal *goal, struct arena *arena)
{
	struct goal_enriched told = goal->told;

	told.next_milestone = NULL;
	told.checklist.items = arena_array(arena, struct checklist_item, told.checklist.count);
	for (size_t i = 0; i < told.checklist.count; i++) {
		told.checklist.items[i] = goal->told.checklist.items[i];
		told.checklist.items[i].status = "pending";
	}
	return told;
}

/* What a reader of the goal would call its content: all but when it was told, and its status. */
static char *content_of(const struct goal *goal, struct arena *arena)
{
	struct goal_enriched told = without_actions(goal, arena);

	told.occurred_at = told.created_at;
	told.status = "active";
	return json_encode_text(goal_enriched_fields, &told, arena);
}

/* One message about one contractor. */
struct round {
	struct contractor_goals *contractor;
	const struct goal_knowledge *knowledge;
	struct told_goals told;
};

static void tell(struct round *round, struct goal *goal)
{
	struct told_goals *told = &round->told;

	told->goals = arena_grow(round->knowledge->arena, told->goals, told->count, told->count + 1,
				 sizeof(*told->goals));
	told->goals[told->count++] = without_actions(goal, round->knowledge->arena);
	goal->changed = true;
}

/* Puts the goal as it is now in the place of what was told before, if it says something else.
 * Its time never goes back: the last one published is the one that counts. */
static void renew(struct round *round, struct goal *before, const struct goal *now)
{
	struct arena *arena = round->knowledge->arena;
	struct contractor_goals *contractor = round->contractor;
	struct goal made = *now;

	if (before) {
		made.told.created_at = before->told.created_at;
		made.told.status = before->told.status;
		if (made.told.occurred_at < before->told.occurred_at)
			made.told.occurred_at = before->told.occurred_at;
		if (before->upstream == made.upstream &&
		    strcmp(content_of(before, arena), content_of(&made, arena)) == 0)
			return;
	} else {
		before = contractor_add_goal(contractor, arena);
	}
	*before = made;
	goal_follow_actions(before, contractor->done, contractor->done_count);
	tell(round, before);
}

static struct goal new_goal(const struct contractor_goals *contractor, const struct uuid *id,
			    utc_us time)
{
	return (struct goal){
		.told.goal_id = *id,
		.told.contractor_id = contractor->contractor_id,
		.told.occurred_at = time,
		.told.created_at = time,
		.told.status = "active",
	};
}

static bool starts_here(const struct pattern *pattern, const struct contractor_matched *profile)
{
	return pattern && pattern->status != PATTERN_REMOVED &&
	       strcmp(pattern->from_revenue_tier, profile->revenue_tier) == 0;
}

static const struct pattern *best_of_type(const struct round *round, const char *goal_type)
{
	const struct contractor_matched *profile = round->contractor->profile;

	for (size_t i = 0; i < profile->matches.count; i++) {
		const struct pattern *pattern = round->knowledge->patterns[i];

		if (starts_here(pattern, profile) && strcmp(pattern->pattern_type, goal_type) == 0)
			return pattern;
	}
	return NULL;
}

/* pattern NULL: there is none of its type. */
static void follow_upstream(struct round *round, const struct upstream_goal *upstream,
			    const struct pattern *pattern, utc_us time)
{
	struct contractor_goals *contractor = round->contractor;
	struct goal *before = find_goal(contractor, &upstream->created.goal_id);
	struct goal goal = new_goal(contractor, &upstream->created.goal_id, time);

	if (before && before->closed)
		return;
	if (!before)
		goal.told.created_at = upstream->created.occurred_at;
	goal_from_upstream(&goal, &upstream->created);
	if (pattern)
		goal_from_pattern(&goal, contractor->profile, pattern, round->knowledge);
	renew(round, before, &goal);
}

static bool is_open_of_type(const struct contractor_goals *contractor,
			    const struct upstream_goal *upstream, const char *goal_type)
{
	const struct goal *goal = find_goal(contractor, &upstream->created.goal_id);

	return goal && !goal->closed && strcmp(upstream->created.goal_type, goal_type) == 0;
}

static struct uuid own_goal_id(const struct contractor_goals *contractor,
			       const struct pattern *pattern, struct arena *arena)
{
	return identity("goal", arena_printf(arena, "%lld", (long long)contractor->contractor_id),
			pattern->pattern_key, pattern->pattern_type, NULL);
}

/* A goal made by a match rests on profile and pattern, so it is as old as the younger. */
static utc_us time_of_match(const struct contractor_goals *contractor,
			    const struct pattern *pattern)
{
	return contractor->occurred_at > pattern->as_of ? contractor->occurred_at : pattern->as_of;
}

/*
 * Whether an open goal from upstream stands in the place of the pattern's own; the best of its type
 * enriches it.
 */
static bool follow_upstream_of_type(struct round *round, const struct pattern *pattern)
{
	const struct contractor_goals *contractor = round->contractor;
	bool best = best_of_type(round, pattern->pattern_type) == pattern, found = false;

	for (size_t i = 0; i < contractor->upstream_count; i++) {
		const struct upstream_goal *upstream = &contractor->upstream[i];

		if (!is_open_of_type(contractor, upstream, pattern->pattern_type))
			continue;
		found = true;
		if (best)
			follow_upstream(round, upstream, pattern,
					time_of_match(contractor, pattern));
	}
	return found;
}

static void follow_pattern(struct round *round, const struct pattern *pattern)
{
	struct contractor_goals *contractor = round->contractor;
	struct uuid id = own_goal_id(contractor, pattern, round->knowledge->arena);
	struct goal *before = find_goal(contractor, &id);
	struct goal goal = new_goal(contractor, &id, time_of_match(contractor, pattern));
	bool taken = follow_upstream_of_type(round, pattern);

	if (before ? before->closed || before->upstream : taken)
		return;
	goal_from_pattern(&goal, contractor->profile, pattern, round->knowledge);
	renew(round, before, &goal);
}

/* Later ones win. One profile is matched again when the library changes. */
static bool is_news(const struct contractor_goals *contractor, const char *event_id,
		    const struct contractor_matched *matched)
{
	if (!contractor->matched)
		return true;
	if (strcmp(contractor->event_id, event_id) == 0)
		return false;
	if (matched->occurred_at != contractor->occurred_at)
		return matched->occurred_at > contractor->occurred_at;
	return matched->snapshot >= contractor->snapshot;
}

struct told_goals goals_follow_match(struct contractor_goals *contractor, const char *event_id,
				     const struct contractor_matched *matched,
				     const struct goal_knowledge *knowledge)
{
	struct round round = { .contractor = contractor, .knowledge = knowledge };

	if (!contractor->exists || !is_news(contractor, event_id, matched))
		return round.told;
	round.told.met = !contractor->matched;
	contractor->matched = true;
	contractor->occurred_at = matched->occurred_at;
	contractor->snapshot = matched->snapshot;
	contractor->event_id = event_id;
	contractor->profile = matched;
	contractor->profile_changed = true;
	for (size_t i = 0; i < matched->matches.count; i++)
		if (starts_here(knowledge->patterns[i], matched))
			follow_pattern(&round, knowledge->patterns[i]);
	return round.told;
}

static bool is_later(const struct goal_created *created, const char *event_id,
		     const struct upstream_goal *stored)
{
	if (created->occurred_at != stored->created.occurred_at)
		return created->occurred_at > stored->created.occurred_at;
	return strcmp(event_id, stored->event_id) > 0;
}

struct told_goals goals_follow_created(struct contractor_goals *contractor, const char *event_id,
				       const struct goal_created *created,
				       const struct goal_knowledge *knowledge)
{
	struct round round = { .contractor = contractor, .knowledge = knowledge };
	struct upstream_goal *upstream = find_upstream(contractor, &created->goal_id);

	if (upstream && !is_later(created, event_id, upstream))
		return round.told;
	if (!upstream)
		upstream = contractor_add_upstream(contractor, knowledge->arena);
	*upstream = (struct upstream_goal){
		.created = *created,
		.event_id = event_id,
		.changed = true,
	};
	follow_upstream(&round, upstream, best_of_type(&round, created->goal_type),
			created->occurred_at);
	return round.told;
}

static int by_goal_id(const void *left, const void *right)
{
	const struct goal_owner *a = left, *b = right;

	return uuid_order(&a->goal_id, &b->goal_id);
}

bool goal_is_anothers(const struct goal_created *created, const struct goal_owner *owners,
		      size_t count)
{
	struct goal_owner wanted = { .goal_id = created->goal_id };
	const struct goal_owner *owner =
		count ? bsearch(&wanted, owners, count, sizeof(*owners), by_goal_id) : NULL;

	return owner && owner->contractor_id != created->contractor_id;
}

static size_t characters_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

bool goal_check_created(const void *value, const void *config, struct err *err)
{
	const struct goal_created *created = value;
	size_t type = characters_of(created->goal_type);
	size_t trigger = created->trigger_condition ? strlen(created->trigger_condition) : 0;

	(void)config;
	if (type > GOAL_TYPE_MAX)
		return err_set(err, ERR_POISON, "goal_type: %zu characters are more than %d", type,
			       GOAL_TYPE_MAX);
	if (trigger > TRIGGER_MAX)
		return err_set(err, ERR_POISON, "trigger_condition: %zu bytes are more than %d",
			       trigger, TRIGGER_MAX);
	return true;
}
