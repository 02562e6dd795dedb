/* What is not known of a contractor and has to be asked. */
#include "decide.h"

#define WHEN_NOTHING_ELSE "obstacles_to_growth"

/* What a profile may tell, by the names that upstream uses too. */
struct profile_member {
	const char *name;
	bool told;
};
#define PROFILE_MEMBERS 4

static void look_at_profile(const struct contractor_matched *profile,
			    struct profile_member ret_members[static PROFILE_MEMBERS])
{
	ret_members[0] = (struct profile_member){ "team_size", profile->team_size.present };
	ret_members[1] = (struct profile_member){ "focus_areas", profile->focus_areas.count > 0 };
	ret_members[2] = (struct profile_member){ "current_stage", profile->current_stage != NULL };
	ret_members[3] =
		(struct profile_member){ "annual_revenue", profile->annual_revenue.present };
}

/* Gaps while they are gathered, none twice. */
struct gaps {
	struct texts names;
	const struct profile_member *members;
};

/* A gap that the profile fills is none. */
static void add_gap(struct gaps *gaps, const char *gap)
{
	for (size_t i = 0; i < PROFILE_MEMBERS; i++)
		if (gaps->members[i].told && strcmp(gaps->members[i].name, gap) == 0)
			return;
	if (!texts_hold(&gaps->names, gap))
		gaps->names.items[gaps->names.count++] = gap;
}

/* The gaps of a goal type, apart by spaces. */
static const char *gaps_of_type(const struct goal_rules *rules, const char *goal_type)
{
	const char *gaps = label_of(&rules->data_gaps, goal_type);

	return gaps == goal_type ? "" : gaps;
}

struct texts gaps_of(const char *goal_type, const struct texts *upstream,
		     const struct contractor_matched *profile, const struct goal_rules *rules,
		     struct arena *arena)
{
	char *needed = arena_strdup(arena, gaps_of_type(rules, goal_type));
	struct profile_member members[PROFILE_MEMBERS];
	size_t room = upstream->count + strlen(needed) + PROFILE_MEMBERS;
	struct gaps gaps = { { .items = arena_array(arena, const char *, room) }, members };
	char *rest;

	look_at_profile(profile, members);
	for (size_t i = 0; i < upstream->count; i++)
		add_gap(&gaps, upstream->items[i]);
	for (char *gap = strtok_r(needed, " ", &rest); gap; gap = strtok_r(NULL, " ", &rest))
		add_gap(&gaps, gap);
	for (size_t i = 0; i < PROFILE_MEMBERS; i++)
		add_gap(&gaps, members[i].name);
	if (gaps.names.count == 0)
		gaps.names.items = NULL;
	return gaps.names;
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

/* Gaps of the profile stand on every goal's list, so the best goal asks for them. */
static bool better_goal_asks(const struct goal_basis *basis, const struct goal_rules *rules,
			     const char *gap)
{
	struct profile_member members[PROFILE_MEMBERS];
	bool of_profile = false;

	look_at_profile(basis->profile, members);
	for (size_t i = 0; i < PROFILE_MEMBERS; i++)
		of_profile |= strcmp(members[i].name, gap) == 0;
	for (size_t i = 0; i < basis->better_count; i++) {
		const struct pattern *pattern = basis->better[i].pattern;

		if (pattern &&
		    (of_profile || has_word(gaps_of_type(rules, pattern->pattern_type), gap)))
			return true;
	}
	return false;
}

static bool has_steps(const struct goal_steps *steps)
{
	for (size_t kind = 0; kind < ACTION_KINDS; kind++)
		if (steps->kinds[kind].count > 0)
			return true;
	return false;
}

struct texts gaps_to_ask(const struct texts *gaps, const struct texts *upstream,
			 const struct goal_basis *basis, const struct goal_rules *rules,
			 struct arena *arena)
{
	const char **items = arena_array(arena, const char *, gaps->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < gaps->count; i++)
		if (texts_hold(upstream, gaps->items[i]) ||
		    !better_goal_asks(basis, rules, gaps->items[i]))
			items[count++] = gaps->items[i];
	if (count == 0 && !has_steps(basis->steps))
		items[count++] = WHEN_NOTHING_ELSE;
	return (struct texts){ .items = items, .count = count };
}
