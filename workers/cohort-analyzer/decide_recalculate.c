/*
 * From what the cohorts say now and what is published to what is to be published. Comparing the
 * whole content as text keeps the promise that what changes nothing publishes nothing, whatever a
 * pattern will hold one day.
 */
#include "decide_due.h"

static const struct json_field finding_fields[] = {
	FIELD_TEXT(struct finding, pattern_key, "pattern_key", REQUIRED),
	FIELD_TEXT(struct finding, result, "result", REQUIRED),
	FIELD_INT(struct finding, at_risk, "at_risk", REQUIRED, 0, 0),
	FIELD_INT(struct finding, levelled_up, "levelled_up", REQUIRED, 0, 0),
	FIELD_INT(struct finding, version, "version", OPTIONAL, 0, 0),
	FIELD_END,
};

const struct json_field findings_fields[] = {
	FIELD_OBJECTS(struct findings, transitions, "transitions", REQUIRED, finding_fields),
	FIELD_END,
};

static const struct pattern *find_known(const struct analysis *analysis, const char *key)
{
	for (size_t i = 0; i < analysis->known_count; i++)
		if (strcmp(analysis->known[i]->pattern_key, key) == 0)
			return analysis->known[i];
	return NULL;
}

static bool has_transition(const struct analysis *analysis, const char *key)
{
	for (size_t i = 0; i < analysis->transitions_count; i++)
		if (strcmp(analysis->transitions[i].pattern_key, key) == 0)
			return true;
	return false;
}

static void drop_if_empty(pattern_items *list)
{
	if (list->count == 0)
		list->items = NULL;
}

/*
 * What a pattern says, without when and in which version. An empty list says as little as an absent
 * one.
 */
static const char *content_of(const struct pattern *pattern, struct arena *arena)
{
	struct pattern content = *pattern;

	content.version = 0;
	content.as_of = 0;
	drop_if_empty(&content.common_focus_areas);
	drop_if_empty(&content.common_partners);
	drop_if_empty(&content.common_milestones);
	drop_if_empty(&content.common_books);
	drop_if_empty(&content.common_podcasts);
	drop_if_empty(&content.common_events);
	if (content.stages.count == 0)
		content.stages.items = NULL;
	return json_encode_text(pattern_fields, &content, arena);
}

static void add_change(struct recalculation *result, const struct pattern *pattern, int64_t version,
		       utc_us as_of)
{
	struct pattern_change *change = &result->changes[result->changes_count++];

	change->pattern = *pattern;
	change->pattern.version = version;
	change->pattern.as_of = as_of;
}

static void remove_pattern(struct recalculation *result, const struct pattern *stored, utc_us as_of)
{
	struct pattern removed = *stored;

	removed.status = PATTERN_REMOVED;
	removed.status_reason = "too few contractors levelled up";
	add_change(result, &removed, stored->version + 1, as_of);
	result->changes[result->changes_count - 1].removed = true;
}

static bool is_removed(const struct pattern *stored)
{
	return !stored || stored->status == PATTERN_REMOVED;
}

static void add_finding(struct recalculation *result, const struct finding *finding)
{
	result->findings.transitions.items[result->findings.transitions.count++] = *finding;
}

/*
 * Returns what happens to the pattern of the transition, and the version that it has from now on;
 * 0: there is none.
 */
static const char *decide_transition(struct recalculation *result,
				     const struct transition *transition,
				     const struct analysis *analysis, int64_t *ret_version,
				     struct arena *arena)
{
	const struct pattern *stored = find_known(analysis, transition->pattern_key);
	int64_t version = stored ? stored->version : 0;

	if (!transition->found) {
		*ret_version = 0;
		if (transition->kept)
			return transition->kept;
		if (!is_removed(stored))
			remove_pattern(result, stored, analysis->as_of);
		return arena_printf(arena, "%snot enough data (%lld of %lld)",
				    is_removed(stored) ? "" : "removed: ",
				    (long long)transition->levelled_up, (long long)analysis->k);
	}
	if (stored &&
	    strcmp(content_of(stored, arena), content_of(transition->found, arena)) == 0) {
		*ret_version = version;
		result->unchanged[result->unchanged_count++] = stored->pattern_key;
		return transition->kept ? "unchanged: nothing new" : "unchanged";
	}
	*ret_version = version + 1;
	add_change(result, transition->found, version + 1, analysis->as_of);
	return transition->kept ? "unchanged: confidence only" : "published";
}

/* What is published of transitions that are no longer analysed: the ladder of tiers has changed. */
static void remove_orphans(struct recalculation *result, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];

		if (is_removed(stored) || has_transition(analysis, stored->pattern_key))
			continue;
		remove_pattern(result, stored, analysis->as_of);
		add_finding(result, &(struct finding){
					    .pattern_key = stored->pattern_key,
					    .result = "removed: no such transition",
				    });
	}
}

struct recalculation decide_recalculation(const struct analysis *analysis, struct arena *arena)
{
	size_t room = analysis->transitions_count + analysis->known_count;
	struct recalculation result = {
		.changes = arena_array(arena, struct pattern_change, room),
		.unchanged = arena_array(arena, const char *, analysis->transitions_count),
		.findings.transitions.items = arena_array(arena, struct finding, room),
	};

	for (size_t i = 0; i < analysis->transitions_count; i++) {
		const struct transition *transition = &analysis->transitions[i];
		struct finding finding = {
			.pattern_key = transition->pattern_key,
			.at_risk = transition->at_risk,
			.levelled_up = transition->levelled_up,
		};
		int64_t version;

		if (analysis->only && !key_is_of(transition->pattern_key, analysis->only))
			continue;
		finding.result = decide_transition(&result, transition, analysis, &version, arena);
		finding.version = (struct optional_int){ version, version > 0 };
		add_finding(&result, &finding);
	}
	if (!analysis->only)
		remove_orphans(&result, analysis);
	return result;
}
