/*
 * The goals of one contractor, message by message. A message is applied to what is known of him,
 * the goals it concerns are made anew from scratch, and what differs from what was told before is
 * told again: so a message that changes nothing publishes nothing, and how batches are cut does not
 * matter.
 */
#include "buffer.h"
#include "decide.h"
#include "identity.h"
#include "score.h"

const struct json_field step_fields[] = {
	FIELD_TEXT(struct step, name, "name", OPTIONAL),
	FIELD_TEXTS(struct step, items, "items", OPTIONAL),
	FIELD_END,
};

struct goal *contractor_add_goal(struct contractor_goals *contractor, struct arena *arena)
{
	struct goal *goal = arena_new(arena, struct goal);

	contractor->goals = arena_room(arena, contractor->goals, contractor->goals_count,
				       &contractor->goals_room, sizeof(*contractor->goals));
	contractor->goals[contractor->goals_count++] = goal;
	return goal;
}

struct upstream_goal *contractor_add_upstream(struct contractor_goals *contractor,
					      struct arena *arena)
{
	contractor->upstream = arena_room(arena, contractor->upstream, contractor->upstream_count,
					  &contractor->upstream_room,
					  sizeof(*contractor->upstream));
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
	struct goal_basis *bases; /* one a match; pattern NULL: no goal may rest on it */
	size_t bases_count;
	struct told_goals told;
};

static bool is_recommended(const char *item_type)
{
	static const enum action_kind kinds[] = { ACTION_PARTNER, ACTION_BOOK, ACTION_PODCAST,
						  ACTION_EVENT };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(item_type, action_kind_names[kinds[i]]) == 0)
			return true;
	return false;
}

static void recommend(struct contractor_goals *contractor, const struct goal *goal, size_t step,
		      struct arena *arena)
{
	const struct texts *items = &goal->steps[step].items;

	for (size_t i = 0; i < items->count; i++) {
		contractor->recommended =
			arena_room(arena, contractor->recommended, contractor->recommended_count,
				   &contractor->recommended_room, sizeof(*contractor->recommended));
		contractor->recommended[contractor->recommended_count++] = (struct recommendation){
			.contractor_id = contractor->contractor_id,
			.pattern_key = goal->told.pattern_key,
			.item_type = goal->told.checklist.items[step].item_type,
			.item = items->items[i],
			.time = goal->told.occurred_at,
		};
	}
}

/* What a goal once told stays recommended, also when the same batch tells it otherwise. */
static void note_recommended(struct contractor_goals *contractor, const struct goal *goal,
			     struct arena *arena)
{
	for (size_t i = 0; i < goal->told.checklist.count && goal->told.pattern_key; i++)
		if (is_recommended(goal->told.checklist.items[i].item_type))
			recommend(contractor, goal, i, arena);
}

static void tell(struct round *round, struct goal *goal)
{
	struct told_goals *told = &round->told;

	told->goals = arena_grow(round->knowledge->arena, told->goals, told->count, told->count + 1,
				 sizeof(*told->goals));
	told->goals[told->count++] = without_actions(goal, round->knowledge->arena);
	goal->changed = true;
}

/* Puts the goal as it is now in the place of what was told before, if it says something else. Its
 * time never goes back: the last one published is the one that counts. Who is met has heard of none
 * of his goals: retell_upstream(). */
static void renew(struct round *round, struct goal *before, const struct goal *now)
{
	struct arena *arena = round->knowledge->arena;
	struct contractor_goals *contractor = round->contractor;
	struct goal made = *now;

	if (before) {
		made.row = before->row;
		made.told.created_at = before->told.created_at;
		made.told.status = before->told.status;
		if (made.told.occurred_at < before->told.occurred_at)
			made.told.occurred_at = before->told.occurred_at;
		if (!round->told.met && before->upstream == made.upstream &&
		    before->told.pattern_version.value == made.told.pattern_version.value &&
		    strcmp(content_of(before, arena), content_of(&made, arena)) == 0)
			return;
	} else {
		before = contractor_add_goal(contractor, arena);
	}
	*before = made;
	goal_follow_actions(before, contractor->done, contractor->done_count);
	note_recommended(contractor, before, arena);
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

/* A goal rests on profile and pattern, so it is as old as the younger. */
static utc_us time_of(const struct contractor_goals *contractor, const struct pattern *pattern)
{
	return contractor->occurred_at > pattern->as_of ? contractor->occurred_at : pattern->as_of;
}

/* The contractor's profile and its matches, ready to make goals of. */
static struct round round_of(struct contractor_goals *contractor,
			     const struct goal_knowledge *knowledge)
{
	const struct contractor_matched *profile = contractor->profile;
	struct arena *arena = knowledge->arena;
	size_t count = profile->matches.count;
	const struct pattern **patterns = arena_array(arena, const struct pattern *, count);
	struct goal_steps *steps = arena_array(arena, struct goal_steps, count);
	struct goal_basis *bases = arena_array(arena, struct goal_basis, count);

	for (size_t i = 0; i < count; i++) {
		const struct pattern_match *match = &profile->matches.items[i];
		const struct pattern *pattern = known_pattern(
			knowledge->library, knowledge->library_count, match->pattern_key);

		if (!pattern || strcmp(pattern->from_revenue_tier, profile->revenue_tier) != 0)
			continue;
		patterns[i] = pattern;
		bases[i] = (struct goal_basis){ .profile = profile,
						.match = match,
						.pattern = pattern,
						.steps = &steps[i],
						.better = bases,
						.better_count = i,
						.time = time_of(contractor, pattern) };
	}
	choose_steps(patterns, count, knowledge->rules, steps);
	return (struct round){
		.contractor = contractor,
		.knowledge = knowledge,
		.bases = bases,
		.bases_count = count,
	};
}

static const struct goal_basis *best_of_type(const struct round *round, const char *goal_type)
{
	for (size_t i = 0; i < round->bases_count; i++) {
		const struct goal_basis *basis = &round->bases[i];

		if (basis->pattern && strcmp(basis->pattern->pattern_type, goal_type) == 0)
			return basis;
	}
	return NULL;
}

/*
 * best NULL: nothing of its type fits. The goal is as old as the youngest of what it rests on, also
 * when that was not read last.
 */
static void follow_upstream(struct round *round, const struct upstream_goal *upstream,
			    const struct goal_basis *best)
{
	struct contractor_goals *contractor = round->contractor;
	struct goal *before = find_goal(contractor, &upstream->created.goal_id);
	utc_us time = upstream->created.occurred_at;

	if (before && before->closed)
		return;
	if (best && best->time > time)
		time = best->time;

	struct goal goal = new_goal(contractor, &upstream->created.goal_id, time);

	goal.told.created_at = upstream->created.occurred_at;
	goal_from_upstream(&goal, &upstream->created);
	if (best) {
		struct goal_basis basis = *best;

		basis.time = time;
		goal_from_pattern(&goal, &basis, round->knowledge->rules, round->knowledge->arena);
	}
	renew(round, before, &goal);
}

/*
 * A goal follows its pattern's numbers, not each profile: whether a profile or the goal's end was
 * read first must not show in what a closed goal keeps.
 */
static bool is_told_of(const struct goal *goal, const struct pattern *pattern)
{
	return goal && goal->told.pattern_key &&
	       strcmp(goal->told.pattern_key, pattern->pattern_key) == 0 &&
	       goal->told.pattern_version.value == pattern->version &&
	       goal->told.pattern_status == pattern->status;
}

/* One that waited for the contractor has no goal yet: now that he is met its message comes
 * again. */
static bool is_open_of_type(const struct round *round, const struct upstream_goal *upstream,
			    const char *goal_type)
{
	const struct goal *goal = find_goal(round->contractor, &upstream->created.goal_id);

	return (goal ? !goal->closed : round->told.met) &&
	       strcmp(upstream->created.goal_type, goal_type) == 0;
}

static struct uuid own_goal_id(const struct contractor_goals *contractor,
			       const struct pattern *pattern, struct arena *arena)
{
	return identity("goal", arena_printf(arena, "%lld", (long long)contractor->contractor_id),
			pattern->pattern_key, pattern->pattern_type, NULL);
}

/*
 * Whether an open goal from upstream stands in the place of the pattern's own; the best of its type
 * enriches it.
 */
static bool follow_upstream_of_type(struct round *round, const struct goal_basis *basis)
{
	const struct contractor_goals *contractor = round->contractor;
	const char *goal_type = basis->pattern->pattern_type;
	bool best = best_of_type(round, goal_type) == basis, found = false;

	for (size_t i = 0; i < contractor->upstream_count; i++) {
		const struct upstream_goal *upstream = &contractor->upstream[i];

		if (!is_open_of_type(round, upstream, goal_type))
			continue;
		found = true;

		const struct goal *goal = find_goal(contractor, &upstream->created.goal_id);

		if (best && goal && !is_told_of(goal, basis->pattern))
			follow_upstream(round, upstream, basis);
	}
	return found;
}

static void follow_pattern(struct round *round, const struct goal_basis *basis)
{
	struct contractor_goals *contractor = round->contractor;
	struct arena *arena = round->knowledge->arena;
	struct uuid id = own_goal_id(contractor, basis->pattern, arena);
	struct goal *before = find_goal(contractor, &id);
	struct goal goal = new_goal(contractor, &id, basis->time);
	bool taken = follow_upstream_of_type(round, basis);

	if (before ? before->closed || before->upstream || is_told_of(before, basis->pattern)
		   : taken)
		return;
	goal_from_pattern(&goal, basis, round->knowledge->rules, arena);
	renew(round, before, &goal);
}

/*
 * Who is met and has goals was erased and had come back before that was read, and upstream had made
 * these for him since. They were told by the profile of before, and whoever was told forgot them
 * with the erasure: they are told again.
 */
static void retell_upstream(struct round *round)
{
	const struct contractor_goals *contractor = round->contractor;

	for (size_t i = 0; i < contractor->upstream_count; i++) {
		const struct upstream_goal *upstream = &contractor->upstream[i];

		if (find_goal(contractor, &upstream->created.goal_id))
			follow_upstream(round, upstream,
					best_of_type(round, upstream->created.goal_type));
	}
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
	bool met = !contractor->matched;

	if (!contractor->exists || !is_news(contractor, event_id, matched))
		return (struct told_goals){ .count = 0 };
	contractor->matched = true;
	contractor->occurred_at = matched->occurred_at;
	contractor->snapshot = matched->snapshot;
	contractor->event_id = event_id;
	contractor->profile = matched;
	contractor->profile_changed = true;

	struct round round = round_of(contractor, knowledge);

	round.told.met = met;
	if (met)
		retell_upstream(&round);
	for (size_t i = 0; i < round.bases_count; i++)
		if (round.bases[i].pattern)
			follow_pattern(&round, &round.bases[i]);
	return round.told;
}

static bool is_later(const struct goal_created *created, const char *event_id,
		     const struct upstream_goal *stored)
{
	if (created->occurred_at != stored->created.occurred_at)
		return created->occurred_at > stored->created.occurred_at;
	return strcmp(event_id, stored->event_id) > 0;
}

struct upstream_goal *goals_note_created(struct contractor_goals *contractor, const char *event_id,
					 const struct goal_created *created, struct arena *arena)
{
	struct upstream_goal *upstream = find_upstream(contractor, &created->goal_id);

	if (upstream && !upstream->forgotten && !is_later(created, event_id, upstream))
		return find_goal(contractor, &created->goal_id) ? NULL : upstream;
	if (!upstream)
		upstream = contractor_add_upstream(contractor, arena);
	*upstream = (struct upstream_goal){
		.created = *created,
		.event_id = event_id,
		.changed = true,
	};
	return upstream;
}

void goals_forget_created(struct contractor_goals *contractor, const char *event_id,
			  const struct goal_created *created)
{
	struct upstream_goal *upstream = find_upstream(contractor, &created->goal_id);

	if (upstream && strcmp(upstream->event_id, event_id) == 0)
		upstream->forgotten = true;
}

struct told_goals goals_follow_created(struct contractor_goals *contractor, const char *event_id,
				       const struct goal_created *created,
				       const struct goal_knowledge *knowledge)
{
	struct upstream_goal *upstream =
		goals_note_created(contractor, event_id, created, knowledge->arena);

	if (!upstream)
		return (struct told_goals){ .count = 0 };

	struct round round = round_of(contractor, knowledge);

	follow_upstream(&round, upstream, best_of_type(&round, upstream->created.goal_type));
	return round.told;
}
