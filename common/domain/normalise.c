#include "normalise.h"

#include "shared_text.h"

#define LIST_SEPARATORS ",;"
#define AREAS_MAX 100

/* "" when nothing is left of it. */
static const char *name_of(const struct vocabulary *vocabulary, const struct labels *list,
			   const char *text, struct arena *arena)
{
	const char *name = vocabulary_find(vocabulary, list, text);

	return name ? name : vocabulary_word(text, arena);
}

/* One more than are allowed is enough to refuse them all. */
static void add_area(struct texts *areas, const char *name)
{
	if (areas->count <= AREAS_MAX && *name && !texts_hold(areas, name))
		areas->items[areas->count++] = name;
}

static size_t count_parts(const struct texts *texts)
{
	size_t parts = texts->count;

	for (size_t i = 0; i < texts->count; i++)
		for (const char *at = texts->items[i]; *(at += strcspn(at, LIST_SEPARATORS)); at++)
			parts++;
	return parts;
}

static void add_parts(const struct vocabulary *vocabulary, struct texts *areas, const char *text,
		      struct arena *arena)
{
	size_t length = strcspn(text, LIST_SEPARATORS);

	while (text[length]) {
		add_area(areas, name_of(vocabulary, &vocabulary->focus_areas,
					arena_strndup(arena, text, length), arena));
		text += length + 1;
		length = strcspn(text, LIST_SEPARATORS);
	}
	add_area(areas, name_of(vocabulary, &vocabulary->focus_areas, text, arena));
}

/* The tables keep an integer; a text that is no size is unknown likewise (team.h), but they have
 * room for it. */
static bool is_beyond(const struct int_or_text *people)
{
	return !people->text && (people->number < INT32_MIN || people->number > INT32_MAX);
}

void normalise_profile(const struct vocabulary *vocabulary, struct contractor_updated *profile,
		       struct arena *arena)
{
	const char *tier = vocabulary_find(vocabulary, &vocabulary->tiers, profile->revenue_tier);
	struct texts said = profile->focus_areas;

	if (tier)
		profile->revenue_tier = tier;
	if (profile->current_stage)
		profile->current_stage =
			name_of(vocabulary, &vocabulary->stages, profile->current_stage, arena);
	if (profile->current_stage && !*profile->current_stage)
		profile->current_stage = NULL;
	if (is_beyond(&profile->team_size))
		profile->team_size = (struct int_or_text){ .present = false };
	if (!said.items)
		return;
	profile->focus_areas =
		(struct texts){ .items = arena_array(arena, const char *, count_parts(&said)) };
	for (size_t i = 0; i < said.count; i++)
		add_parts(vocabulary, &profile->focus_areas, said.items[i], arena);
}

void normalise_action(const struct vocabulary *vocabulary, struct action_recorded *action,
		      struct arena *arena)
{
	const char *area;

	if (action->kind != ACTION_FOCUS_AREA || !shared_text_fits(action->item))
		return;
	area = name_of(vocabulary, &vocabulary->focus_areas, action->item, arena);
	if (*area)
		action->item = area;
}

bool normalised_check(const struct vocabulary *vocabulary, const struct contractor_updated *profile,
		      struct err *err)
{
	if (vocabulary_tier_rank(vocabulary, profile->revenue_tier) < 0)
		return err_set(err, ERR_POISON, "revenue_tier: \"%s\" is not a configured tier",
			       profile->revenue_tier);
	if (profile->focus_areas.count > AREAS_MAX)
		return err_set(err, ERR_POISON, "focus_areas: more than %d", AREAS_MAX);
	return true;
}
