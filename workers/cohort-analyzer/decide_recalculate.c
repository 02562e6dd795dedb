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
	content.confidence_as_of.present = false;
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

static void add_change(struct recalculation *result, const struct pattern *pattern,
		       const char *cause, int64_t version, utc_us as_of)
{
	struct pattern_change *change = &result->changes[result->changes_count++];

	change->pattern = *pattern;
	change->pattern.version = version;
	change->pattern.as_of = as_of;
	change->removed = pattern->status == PATTERN_REMOVED;
	change->cause = cause;
}

static void remove_pattern(struct recalculation *result, const struct pattern *stored,
			   const char *reason, utc_us as_of)
{
	struct pattern removed = *stored;

	removed.status = PATTERN_REMOVED;
	removed.status_reason = reason;
	add_change(result, &removed, "cohort", stored->version + 1, as_of);
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

/* A pattern that is decided on. */
struct decision {
	struct pattern_case c;
	const char *key;
	const struct pattern *published; /* NULL: never */
	struct pattern_standing standing;
	struct ruling ruling; /* its cohort's, until the standing overrules it */
};

static void note_standing(struct recalculation *result, const struct decision *decision)
{
	const struct ruling *ruling = &decision->ruling;
	struct found_standing *found;

	if (!decision->published && !ruling->stands)
		return;
	found = &result->standings[result->standings_count++];
	*found = (struct found_standing){
		.pattern_key = decision->key,
		.standing = decision->standing,
		.cohort_status = PATTERN_REMOVED,
		.cohort_reason = ruling->removed,
	};
	if (ruling->stands) {
		found->cohort_status = ruling->pattern.status;
		found->cohort_reason = ruling->pattern.status_reason;
	}
}

static void overrule(struct decision *decision, const struct analysis *analysis,
		     struct arena *arena)
{
	const struct pattern_standing *standing = &decision->standing;
	struct pattern *pattern = &decision->ruling.pattern;

	if (standing->standing == STANDING_ACTIVE)
		return;
	pattern->status = standing->standing == STANDING_RETIRED ? PATTERN_REMOVED
								 : PATTERN_DOWNGRADED;
	pattern->status_reason = standing_reason(standing, analysis->wording, arena);
}

/* What made a pattern's next version. */
static const char *cause_of(const struct decision *decision)
{
	const struct pattern *published = decision->published, *before = decision->c.stored;
	const struct ruling *ruling = &decision->ruling;
	bool overruled = decision->standing.standing != STANDING_ACTIVE ||
			 (published && published->status != before->status);

	if (overruled && (!published || published->status != ruling->pattern.status))
		return "standing";
	if (ruling->renewed || before->status != ruling->pattern.status)
		return "cohort";
	return "outcomes";
}

static const char *result_of_standing(const struct decision *decision)
{
	switch (decision->standing.standing) {
	case STANDING_FLAGGED:
		return "downgraded: its goals work out too rarely";
	case STANDING_RETIRED:
		return "removed: its goals work out too rarely";
	default:
		return "published: its goals work out again";
	}
}

/* The version that the pattern has from now on; 0: there is none. */
static int64_t apply(struct recalculation *result, struct decision *decision,
		     const struct analysis *analysis, struct arena *arena)
{
	const struct pattern *published = decision->published;
	struct ruling *ruling = &decision->ruling;

	if (!ruling->stands) {
		if (ruling->removed && !is_removed(published))
			remove_pattern(result, published, ruling->removed, analysis->as_of);
		return 0;
	}
	overrule(decision, analysis, arena);

	struct outcome_evidence outcomes = outcomes_of(analysis->votes, decision->key);
	int64_t version = published ? published->version : 0;
	bool removed = ruling->pattern.status == PATTERN_REMOVED;
	const char *cause = cause_of(decision);

	pattern_set_confidence(&ruling->pattern, &outcomes, analysis->k);
	ruling->pattern.confidence_as_of = (struct optional_time){ analysis->as_of, true };
	if (published &&
	    ((removed && is_removed(published) && !ruling->renewed) ||
	     strcmp(content_of(published, arena), content_of(&ruling->pattern, arena)) == 0)) {
		result->unchanged[result->unchanged_count++] = published->pattern_key;
		if (ruling->renewed)
			ruling->result = "unchanged";
		return removed ? 0 : version;
	}
	if (!decision->c.found)
		ruling->result = "unchanged: confidence only";
	if (strcmp(cause, "standing") == 0)
		ruling->result = result_of_standing(decision);
	add_change(result, &ruling->pattern, cause, version + 1, analysis->as_of);
	return removed ? 0 : version + 1;
}

/* Whether a sub-cohort's numbers have to wait: a retired pattern's stay, but theirs need not. */
static bool holds_parts(const struct decision *decision, struct arena *arena)
{
	struct pattern_case c = decision->c;

	if (!c.retired)
		return !decision->ruling.renewed;
	c.retired = false;
	return !rule_on_pattern(&c, arena).renewed;
}

static void judge(struct decision *decision, const struct analysis *analysis, struct arena *arena)
{
	struct pattern_case *c = &decision->c;

	decision->published = find_known(analysis, decision->key);
	decision->standing = standing_of(analysis->votes, decision->key,
					 c->found ? &c->found->level_ups : NULL, analysis->k,
					 arena);
	c->stored = without_outcomes(decision->published, &analysis->standings, arena);
	c->retired = decision->standing.standing == STANDING_RETIRED;
	c->publication = find_publication(analysis, decision->key);
	if (c->found && analysis->votes->voters)
		c->voters = voters_fingerprints(
			find_voters(analysis->votes->voters, analysis->votes->count, decision->key),
			arena);
	c->as_of = analysis->as_of;
	c->k = analysis->k;
	decision->ruling = rule_on_pattern(c, arena);
}

/* Returns whether the numbers of its parts stay as they were. */
static bool decide_pattern(struct recalculation *result, const struct transition *transition,
			   const struct found_pattern *found, bool parent_held, const char *key,
			   const struct analysis *analysis, struct arena *arena)
{
	struct decision decision = {
		.key = key,
		.c = { .found = found,
		       .parent_held = parent_held,
		       .erased_at = transition->erased_at },
	};
	struct finding *finding;
	int64_t version;
	bool held;

	judge(&decision, analysis, arena);
	note_standing(result, &decision);
	note_publication(result, &decision.c, &decision.ruling, key);
	held = holds_parts(&decision, arena);
	version = apply(result, &decision, analysis, arena);
	finding = add_finding(result, key, decision.ruling.result, transition);
	finding->version = (struct optional_int){ version, version > 0 };
	if (found) {
		const struct contributions *inside = &found->inside;

		finding->at_risk = (int64_t)(inside->levellers.count + inside->others.count);
		finding->levelled_up = (int64_t)inside->levellers.count;
		finding->held_out = held_out_result_names[found->pattern.held_out.result];
	}
	return held;
}

/* Ends what is published, and what would be but for its outcomes. Returns false when there is no
 * such thing. */
static bool withdraw(struct recalculation *result, const struct pattern *published,
		     const char *reason, const struct analysis *analysis, struct arena *arena)
{
	struct decision decision = { .key = published->pattern_key, .published = published };

	if (is_removed(without_outcomes(published, &analysis->standings, arena)))
		return false;
	decision.standing = standing_of(analysis->votes, decision.key, NULL, analysis->k, arena);
	decision.ruling.removed = reason;
	note_standing(result, &decision);
	apply(result, &decision, analysis, arena);
	return true;
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
			    const struct analysis *analysis, struct arena *arena)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];

		if (!key_is_of(stored->pattern_key, transition->transition) ||
		    is_found(transition, stored->pattern_key) ||
		    !withdraw(result, stored, "too few contractors levelled up", analysis, arena))
			continue;
		if (transition->found.count > 0)
			add_finding(result, stored->pattern_key,
				    "removed: too few contractors levelled up", transition);
	}
}

/* Who was erased is in the last published numbers even of a pattern that is not found now. */
static void note_erasures(struct recalculation *result, const struct transition *transition,
			  const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->publications_count && transition->erased_at.present; i++) {
		struct publication publication = analysis->publications[i];

		if (!key_is_of(publication.pattern_key, transition->transition) ||
		    is_found(transition, publication.pattern_key) ||
		    publication.erased_since.present)
			continue;
		publication.erased_since =
			erased_since(NULL, transition->erased_at, analysis->as_of);
		result->publications[result->publications_count++] = publication;
	}
}

static void decide_found(struct recalculation *result, const struct transition *transition,
			 const struct analysis *analysis, struct arena *arena)
{
	bool whole_held = false;

	for (size_t i = 0; i < transition->found.count; i++) {
		const struct found_pattern *found = &transition->found.items[i];
		bool held = decide_pattern(result, transition, found, i > 0 && whole_held,
					   found->pattern.pattern_key, analysis, arena);

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

		if (key_is_of(stored->pattern_key, transition->transition) &&
		    !is_removed(without_outcomes(stored, &analysis->standings, arena)))
			decide_pattern(result, transition, NULL, false, stored->pattern_key,
				       analysis, arena);
	}
	if (result->findings.transitions.count == before)
		add_finding(result, whole_key(transition, arena), transition->kept, transition);
}

/* What is published of transitions that are no longer analysed: the ladder of tiers has changed. */
static void remove_orphans(struct recalculation *result, const struct analysis *analysis,
			   struct arena *arena)
{
	for (size_t i = 0; i < analysis->known_count; i++) {
		const struct pattern *stored = analysis->known[i];

		if (has_transition(analysis, stored->pattern_key) ||
		    !withdraw(result, stored, "no such transition", analysis, arena))
			continue;
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
		.standings = arena_array(arena, struct found_standing, room),
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
		remove_vanished(&result, transition, analysis, arena);
		note_erasures(&result, transition, analysis);
	}
	if (!analysis->only)
		remove_orphans(&result, analysis, arena);
	return result;
}
