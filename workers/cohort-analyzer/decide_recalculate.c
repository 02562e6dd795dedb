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
	FIELD_TEXT(struct finding, held_out, "held_out", OPTIONAL),
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

const struct publication *find_publication(const struct analysis *analysis, const char *key)
{
	for (size_t i = 0; i < analysis->publications_count; i++)
		if (strcmp(analysis->publications[i].pattern_key, key) == 0)
			return &analysis->publications[i];
	return NULL;
}

static bool has_transition(const struct analysis *analysis, const char *key)
{
	for (size_t i = 0; i < analysis->transitions_count; i++)
		if (key_is_of(key, analysis->transitions[i].transition))
			return true;
	return false;
}

static struct outcome_evidence outcomes_of(const struct votes *votes, const char *key)
{
	for (size_t i = 0; i < votes->count; i++)
		if (strcmp(votes->items[i].pattern_key, key) == 0)
			return votes->items[i].evidence;
	return (struct outcome_evidence){ .pooled = votes->pooled };
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
	if (content.timeline.later.count == 0)
		content.timeline.later.items = NULL;
	if (content.success_indicators.combinations.count == 0)
		content.success_indicators.combinations.items = NULL;
	if (content.stages.count == 0)
		content.stages.items = NULL;
	return json_encode_text(pattern_fields, &content, arena);
}

static const char *whole_key(const struct transition *transition, struct arena *arena)
{
	return arena_printf(arena, "%s/%s", transition->transition, PATTERN_TYPE_WHOLE);
}

static void add_change(struct recalculation *result, const struct pattern *pattern, int64_t version,
		       utc_us as_of)
{
	struct pattern_change *change = &result->changes[result->changes_count++];

	change->pattern = *pattern;
	change->pattern.version = version;
	change->pattern.as_of = as_of;
}

static void remove_pattern(struct recalculation *result, const struct pattern *stored,
			   const char *reason, utc_us as_of)
{
	struct pattern removed = *stored;

	removed.status = PATTERN_REMOVED;
	removed.status_reason = reason;
	add_change(result, &removed, stored->version + 1, as_of);
	result->changes[result->changes_count - 1].removed = true;
}

static bool is_removed(const struct pattern *stored)
{
	return !stored || stored->status == PATTERN_REMOVED;
}

static struct finding *add_finding(struct recalculation *result, const char *key,
				   const char *finding, const struct transition *transition)
{
	struct finding *added =
		&result->findings.transitions.items[result->findings.transitions.count++];

	*added = (struct finding){
		.pattern_key = key,
		.result = finding,
		.at_risk = transition ? transition->at_risk : 0,
		.levelled_up = transition ? transition->levelled_up : 0,
	};
	return added;
}

/* Whose numbers are published from now on, if that is not stored yet. */
static void note_publication(struct recalculation *result, const struct pattern_case *c,
			     const struct ruling *ruling, const char *key)
{
	struct publication publication = { .pattern_key = key };

	if (c->publication)
		publication = *c->publication;
	if (ruling->renewed) {
		publication.inside = c->found->inside;
		publication.outside = c->found->outside;
		if (ruling->outcomes_renewed)
			publication.voters = c->voters;
	} else if (!c->publication ||
		   ruling->erased_since.present == c->publication->erased_since.present) {
		return;
	}
	publication.erased_since = ruling->erased_since;
	result->publications[result->publications_count++] = publication;
}

/* The version that the pattern has from now on; 0: there is none. */
static int64_t apply(struct recalculation *result, const struct pattern_case *c,
		     struct ruling *ruling, const struct analysis *analysis, struct arena *arena)
{
	const struct pattern *stored = c->stored;

	if (!ruling->stands) {
		if (ruling->removed)
			remove_pattern(result, stored, ruling->removed, analysis->as_of);
		return 0;
	}

	struct outcome_evidence outcomes =
		outcomes_of(analysis->votes, ruling->pattern.pattern_key);
	int64_t version = stored ? stored->version : 0;

	pattern_set_confidence(&ruling->pattern, &outcomes, analysis->k);
	if (stored && strcmp(content_of(stored, arena), content_of(&ruling->pattern, arena)) == 0) {
		result->unchanged[result->unchanged_count++] = stored->pattern_key;
		if (ruling->renewed)
			ruling->result = "unchanged";
		return version;
	}
	if (!c->found)
		ruling->result = "unchanged: confidence only";
	add_change(result, &ruling->pattern, version + 1, analysis->as_of);
	return version + 1;
}

/* Returns whether the numbers stay as they were. */
static bool decide_pattern(struct recalculation *result, const struct transition *transition,
			   struct pattern_case *c, const char *key, const struct analysis *analysis,
			   struct arena *arena)
{
	struct ruling ruling;
	struct finding *finding;
	int64_t version;

	c->stored = find_known(analysis, key);
	c->publication = find_publication(analysis, key);
	if (c->found && analysis->votes->voters)
		c->voters = voters_fingerprints(
			find_voters(analysis->votes->voters, analysis->votes->count, key), arena);
	c->erased = transition->erased;
	c->as_of = analysis->as_of;
	c->k = analysis->k;
	ruling = rule_on_pattern(c, arena);
	version = apply(result, c, &ruling, analysis, arena);
	note_publication(result, c, &ruling, key);
	finding = add_finding(result, key, ruling.result, transition);
	finding->version = (struct optional_int){ version, version > 0 };
	if (c->found) {
		const struct contributions *inside = &c->found->inside;

		finding->at_risk = (int64_t)(inside->levellers.count + inside->others.count);
		finding->levelled_up = (int64_t)inside->levellers.count;
		finding->held_out = held_out_result_names[c->found->pattern.held_out.result];
	}
	return !ruling.renewed;
}

static bool is_found(const struct transition *transition, const char *key)
{
	for (size_t i = 0; i < transition->found.count; i++)
		if (strcmp(transition->found.items[i].pattern.pattern_key, key) == 0)
			return true;
	return false;
}

/* Patterns that are published and were not found again. */
static void remove_vanished(struct recalculation *result, const struct transition *transition,
			    const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];

		if (is_removed(stored) || !key_is_of(stored->pattern_key, transition->transition) ||
		    is_found(transition, stored->pattern_key))
			continue;
		remove_pattern(result, stored, "too few contractors levelled up", analysis->as_of);
		if (transition->found.count > 0)
			add_finding(result, stored->pattern_key,
				    "removed: too few contractors levelled up", transition);
	}
}

/* Who was erased is in the last published numbers even of a pattern that is not found now. */
static void note_erasures(struct recalculation *result, const struct transition *transition,
			  const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->publications_count && transition->erased; i++) {
		struct publication publication = analysis->publications[i];

		if (!key_is_of(publication.pattern_key, transition->transition) ||
		    is_found(transition, publication.pattern_key) ||
		    publication.erased_since.present)
			continue;
		publication.erased_since = (struct optional_time){ analysis->as_of, true };
		result->publications[result->publications_count++] = publication;
	}
}

static void decide_found(struct recalculation *result, const struct transition *transition,
			 const struct analysis *analysis, struct arena *arena)
{
	bool whole_held = false;

	for (size_t i = 0; i < transition->found.count; i++) {
		const struct found_pattern *found = &transition->found.items[i];
		struct pattern_case c = { .found = found, .parent_held = i > 0 && whole_held };
		bool held = decide_pattern(result, transition, &c, found->pattern.pattern_key,
					   analysis, arena);

		if (i == 0)
			whole_held = held;
	}
}

static void decide_too_few(struct recalculation *result, const struct transition *transition,
			   const struct analysis *analysis, struct arena *arena)
{
	const char *key = whole_key(transition, arena);
	bool was_there = !is_removed(find_known(analysis, key));

	add_finding(result, key,
		    arena_printf(arena, "%snot enough data (%lld of %lld)",
				 was_there ? "removed: " : "", (long long)transition->levelled_up,
				 (long long)analysis->k),
		    transition);
}

/* It was not calculated anew. */
static void decide_kept(struct recalculation *result, const struct transition *transition,
			const struct analysis *analysis, struct arena *arena)
{
	size_t before = result->findings.transitions.count;

	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];
		struct pattern_case c = { .found = NULL };

		if (!is_removed(stored) && key_is_of(stored->pattern_key, transition->transition))
			decide_pattern(result, transition, &c, stored->pattern_key, analysis,
				       arena);
	}
	if (result->findings.transitions.count == before)
		add_finding(result, whole_key(transition, arena), transition->kept, transition);
}

/* What is published of transitions that are no longer analysed: the ladder of tiers has changed. */
static void remove_orphans(struct recalculation *result, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];

		if (is_removed(stored) || has_transition(analysis, stored->pattern_key))
			continue;
		remove_pattern(result, stored, "no such transition", analysis->as_of);
		add_finding(result, stored->pattern_key, "removed: no such transition", NULL);
	}
}

struct recalculation decide_recalculation(const struct analysis *analysis, struct arena *arena)
{
	size_t room = analysis->transitions_count + analysis->known_count +
		      analysis->publications_count;

	for (size_t i = 0; i < analysis->transitions_count; i++)
		room += analysis->transitions[i].found.count;

	struct recalculation result = {
		.changes = arena_array(arena, struct pattern_change, room),
		.unchanged = arena_array(arena, const char *, room),
		.publications = arena_array(arena, struct publication, room),
		.findings.transitions.items = arena_array(arena, struct finding, room),
	};

	for (size_t i = 0; i < analysis->transitions_count; i++) {
		const struct transition *transition = &analysis->transitions[i];

		if (analysis->only && strcmp(analysis->only, transition->transition) != 0)
			continue;
		if (transition->kept) {
			decide_kept(&result, transition, analysis, arena);
			continue;
		}
		if (transition->found.count == 0)
			decide_too_few(&result, transition, analysis, arena);
		decide_found(&result, transition, analysis, arena);
		remove_vanished(&result, transition, analysis);
		note_erasures(&result, transition, analysis);
	}
	if (!analysis->only)
		remove_orphans(&result, analysis);
	return result;
}
