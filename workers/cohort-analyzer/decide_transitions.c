#include "decide_due.h"
#include "identity.h"
#include "pattern.h"

/* To be raised when the same history and settings give other patterns than the release before. */
#define ANALYSIS "2"

struct transition_state *ladder_of(const struct vocabulary *vocabulary, size_t *ret_count,
				   struct arena *arena)
{
	size_t count = vocabulary->tiers.count > 0 ? vocabulary->tiers.count - 1 : 0;
	struct transition_state *states = arena_array(arena, struct transition_state, count);

	for (size_t i = 0; i < count; i++) {
		const struct label *tiers = &vocabulary->tiers.items[i];

		states[i].from_tier = tiers[0].name;
		states[i].to_tier = tiers[1].name;
		states[i].transition = arena_printf(arena, "%s>%s", tiers[0].name, tiers[1].name);
	}
	*ret_count = count;
	return states;
}

const char *transition_of_key(const char *pattern_key, struct arena *arena)
{
	return arena_strndup(arena, pattern_key, strcspn(pattern_key, "/"));
}

bool key_is_of(const char *pattern_key, const char *transition)
{
	size_t length = strcspn(pattern_key, "/");

	return strlen(transition) == length && strncmp(pattern_key, transition, length) == 0;
}

static bool has_other_votes(const struct analysis *analysis, const struct pattern *pattern,
			    struct arena *arena)
{
	const struct votes *votes = analysis->votes;
	const struct publication *publication = find_publication(analysis, pattern->pattern_key);
	struct fingerprints now;

	if (!publication || pattern->status == PATTERN_REMOVED)
		return false;
	now = voters_fingerprints(find_voters(votes->voters, votes->count, pattern->pattern_key),
				  arena);
	return fingerprints_differing(&publication->voters, &now) >= analysis->k;
}

void note_votes(struct transition_state *states, size_t count, const struct analysis *analysis,
		struct arena *arena)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *pattern = analysis->known[i];

		for (size_t j = 0; j < count; j++)
			if (key_is_of(pattern->pattern_key, states[j].transition))
				states[j].voted |= has_other_votes(analysis, pattern, arena);
	}
}

bool transition_is_due(const struct transition_state *state, const struct wish *wish)
{
	if (wish->only)
		return strcmp(state->transition, wish->only) == 0;
	if (!state->as_of.present || state->changed > 0 || state->voted ||
	    strcmp(state->settings, wish->settings) != 0)
		return true;
	return wish->as_of < state->as_of.value ||
	       (wish->as_of > state->as_of.value && state->as_of.value < state->horizon);
}

const char *settings_fingerprint(const struct analyzer_config *config, struct arena *arena)
{
	const struct option_group groups[] = {
		{ constants_options, offsetof(struct analyzer_config, constants) },
		{ vocabulary_options, offsetof(struct analyzer_config, vocabulary) },
		{ wording_options, offsetof(struct analyzer_config, vocabulary.wording) },
		{ NULL, 0 },
	};
	char hash[UUID_TEXT_SIZE];
	char *text = NULL;
	size_t length;
	FILE *memory = open_memstream(&text, &length);
	struct uuid uuid;

	if (!memory)
		abort();
	options_print(groups, config, memory);
	fclose(memory);
	uuid = identity("settings", ANALYSIS, text, NULL);
	free(text);
	uuid_to_text(&uuid, hash);
	return arena_strdup(arena, hash);
}

static bool has_drifted(const struct transition_state *state, double share, int64_t k)
{
	if (!state->as_of.present)
		return false;
	return state->erased_at.present || state->overdue ||
	       (state->changed >= k && (double)state->changed > share * (double)state->at_risk);
}

bool find_drift(const struct transition_state *states, size_t count, double share, int64_t k,
		struct drift *ret_drift, struct arena *arena)
{
	const struct transition_state *last = NULL;
	size_t drifted = 0;
	const char *cause = "drift";

	for (size_t i = 0; i < count && share > 0; i++) {
		if (!has_drifted(&states[i], share, k))
			continue;
		last = &states[i];
		drifted++;
		cause = arena_printf(arena, "%s/%s/%s", cause, last->transition, last->event_id);
	}
	if (drifted == 0)
		return false;
	*ret_drift = (struct drift){ .cause = cause };
	if (drifted == 1)
		ret_drift->pattern_key =
			pattern_key_of(last->from_tier, last->to_tier, PATTERN_TYPE_WHOLE, arena);
	return true;
}
