/*
 * Differences that are no fault. Each rule is as narrow as it can be told from the two rows, and
 * from whether each fits what else there is on its own side: what it does not name is unexplained.
 * tests/unit/growthctl_diff.c has, for each, what it explains and what it does not.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decide_diff.h"
#include "numbers.h"

/* Two values that were published within confidence.publish_step (0.01 unless configured) of the
 * same evidence. */
#define STEPS_APART 0.02

#define COLUMNS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const char *text_at(struct json_object *content, const char *name)
{
	struct json_object *value;

	return content && json_object_object_get_ex(content, name, &value)
		       ? json_object_get_string(value)
		       : NULL;
}

static double number_at(struct json_object *content, const char *name)
{
	struct json_object *value;

	return content && json_object_object_get_ex(content, name, &value) && value
		       ? json_object_get_double(value)
		       : NAN;
}

static bool differ(const struct diff_pair *pair, const char *name)
{
	const char *left = text_at(pair->left, name), *right = text_at(pair->right, name);

	return left && right && strcmp(left, right) != 0;
}

/* False where one of them is not a number. */
static bool are_near(const struct diff_pair *pair, const char *name)
{
	return fabs(number_at(pair->left, name) - number_at(pair->right, name)) <=
	       STEPS_APART + 1e-9;
}

/* ---- what the rules ask ---- */

/* Of a row that fits what else there is on its own side; so must both, or the one that is there. */
static bool holds(const struct diff_pair *pair, const char *name)
{
	const char *left = text_at(pair->left, name), *right = text_at(pair->right, name);

	return (!pair->left || (left && strcmp(left, "true") == 0)) &&
	       (!pair->right || (right && strcmp(right, "true") == 0));
}

static bool is_unrecorded(const struct diff_pair *pair)
{
	return pair->sides[0].unrecorded || pair->sides[1].unrecorded;
}

static bool both_are_there(const struct diff_pair *pair)
{
	return pair->left && pair->right;
}

static bool versions_are_counted_otherwise(const struct diff_pair *pair)
{
	return is_unrecorded(pair) && both_are_there(pair);
}

static bool confidence_was_published_at_another_time(const struct diff_pair *pair)
{
	return is_unrecorded(pair) &&
	       (differ(pair, "confidence_as_of") || differ(pair, "version")) &&
	       are_near(pair, "confidence");
}

static bool goals_are_of_other_versions(const struct diff_pair *pair)
{
	return is_unrecorded(pair) && differ(pair, "pattern_version") &&
	       are_near(pair, "pattern_confidence");
}

static bool is_alone(const struct diff_pair *pair)
{
	return !pair->left || !pair->right;
}

/*
 * Each side is what its own topics say that it told, and they told this contractor otherwise:
 * another version had met another profile. Whose row was changed since, or whose worker tells
 * otherwise of the same, is not explained by this.
 */
static bool are_as_told(const struct diff_pair *pair)
{
	return holds(pair, "@as_told") && holds(pair, "@otherwise");
}

/* NULL is a value. */
static bool are_other(const struct diff_pair *pair, const char *name)
{
	const char *left = text_at(pair->left, name), *right = text_at(pair->right, name);

	return left && right ? strcmp(left, right) != 0 : left != right;
}

/* Where it cannot be told of which, it may be. */
static bool are_of_other_profiles(const struct diff_pair *pair)
{
	return !text_at(pair->left, "@profile") || are_other(pair, "@profile");
}

static bool goals_are_as_told(const struct diff_pair *pair)
{
	return both_are_there(pair) && are_as_told(pair) && holds(pair, "@current") &&
	       holds(pair, "@sums");
}

static bool goals_were_told_of_other_things(const struct diff_pair *pair)
{
	return goals_are_as_told(pair) &&
	       (are_other(pair, "occurred_at") || are_other(pair, "pattern_version") ||
		are_other(pair, "pattern_key") || are_other(pair, "match_score") ||
		are_of_other_profiles(pair));
}

static bool goal_was_made_in_passing(const struct diff_pair *pair)
{
	return is_alone(pair) && are_as_told(pair) && holds(pair, "@idle") && holds(pair, "@sums");
}

static bool items_are_as_told(const struct diff_pair *pair)
{
	return are_as_told(pair) && holds(pair, "@done") && holds(pair, "@made");
}

static bool items_are_as_told_alone(const struct diff_pair *pair)
{
	return is_alone(pair) && items_are_as_told(pair);
}

/* The log tells what the goal is; what became of it is in the votes. */
static bool was_tracked_in_passing(const struct diff_pair *pair)
{
	return is_alone(pair) && are_as_told(pair) &&
	       (pair->sides[pair->left ? 0 : 1].others_votes || holds(pair, "@voted"));
}

static bool is_match_no_more(const struct diff_pair *pair)
{
	return are_as_told(pair) && holds(pair, "@made") && !text_at(pair->left, "match_rank") &&
	       !text_at(pair->right, "match_rank");
}

static bool left_as_told(const struct diff_pair *pair)
{
	return both_are_there(pair) && is_match_no_more(pair) &&
	       (are_other(pair, "pattern_version") || are_of_other_profiles(pair));
}

/* Of two that a topic tells. */
static bool is_as_profiles_make_it(const struct diff_pair *pair)
{
	const char *left = text_at(pair->left, "decided_result");
	const char *right = text_at(pair->right, "decided_result");

	return holds(pair, "@result") && (!left || strcmp(left, "unsuccessful") != 0) &&
	       (!right || strcmp(right, "unsuccessful") != 0);
}

static bool was_match_in_passing(const struct diff_pair *pair)
{
	return is_alone(pair) && is_match_no_more(pair) && is_as_profiles_make_it(pair);
}

static bool were_successful_as_told(const struct diff_pair *pair)
{
	return both_are_there(pair) && are_as_told(pair) && is_as_profiles_make_it(pair);
}

static bool were_tracked_as_told(const struct diff_pair *pair)
{
	return both_are_there(pair) && are_as_told(pair);
}

static bool were_made_at_moments(const struct diff_pair *pair)
{
	return both_are_there(pair) && are_as_told(pair) && holds(pair, "@made");
}

static bool was_recommended_in_passing(const struct diff_pair *pair)
{
	return is_alone(pair) && are_as_told(pair) && holds(pair, "@made");
}

static bool was_made_with_its_goal(const struct diff_pair *pair)
{
	return differ(pair, "created_at") && holds(pair, "@made") && holds(pair, "@as_told");
}

static bool are_counted(const struct diff_pair *pair)
{
	return both_are_there(pair) && holds(pair, "@counted");
}

static bool waits_for_what_is_not_there(const struct diff_pair *pair)
{
	return is_alone(pair) && holds(pair, "@waits");
}

static bool one_follows_outcomes(const struct diff_pair *pair)
{
	const char *cause = text_at(pair->left ? pair->left : pair->right, "@cause");

	return is_unrecorded(pair) && cause &&
	       (strcmp(cause, "outcomes") == 0 || strcmp(cause, "promotion") == 0);
}

/* Of the row: of its event, of the youngest thing that it rests on, or of its last change. NULL:
 * none is known. */
static const char *time_of(struct json_object *content)
{
	static const char *const names[] = { "@occurred_at", "occurred_at", "outcome_at",
					     "updated_at",   "first_at",    "erased_at",
					     "as_of",        "due_at",      "created_at" };
	const char *time = NULL;

	for (size_t i = 0; !time && i < sizeof(names) / sizeof(names[0]); i++)
		time = text_at(content, names[i]);
	return time;
}

/*
 * The side that is behind has nothing as young as what the other one has. In UTC such times are in
 * the order of their text. A time without zone ends where another goes on, which is later.
 */
static bool is_not_there_yet(const struct diff_pair *pair)
{
	struct json_object *contents[] = { pair->left, pair->right };

	for (size_t i = 0; i < 2; i++) {
		const struct diff_side *late = &pair->sides[i];
		const char *time = time_of(contents[1 - i]);

		if (late->behind && time && (!late->latest || strcmp(time, late->latest) > 0))
			return true;
	}
	return false;
}

static bool has_unfed_events(const struct diff_pair *pair)
{
	bool has = false;

	for (size_t i = 0; pair->contractor && i < 2; i++)
		has = has || (pair->sides[i].unfed_count &&
			      bsearch(&pair->contractor, pair->sides[i].unfed,
				      pair->sides[i].unfed_count, sizeof(int64_t), numbers_order));
	return has;
}

static bool vote_is_under_way(const struct diff_pair *pair)
{
	return (!pair->left && pair->sides[0].behind) || (!pair->right && pair->sides[1].behind);
}

static bool one_is_behind(const struct diff_pair *pair)
{
	return pair->sides[0].behind || pair->sides[1].behind;
}

/* ---- the rules ---- */

#define OF_MOMENT \
	"which profile met which version of a pattern is a matter of time; each side is what its topics say that it told then"
#define IN_PASSING \
	"made in passing, of a profile and a version that met on that side alone; it is what that side's topics tell, and nothing follows it any more"

#define COUNTED \
	"versions are counted otherwise: of looks at outcomes that one side has no records of, or by other votes, nobody knows what they " \
	"were calculated from"

const struct diff_rule diff_rules[] = {
	{ "version", "public.business_growth_patterns", COLUMNS("version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "public.confidence_history", COLUMNS("version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "public.contractor_pattern_matches", COLUMNS("pattern_version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "public.ai_concierge_goals", COLUMNS("pattern_version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "goal_enricher.matched_contractors",
	  COLUMNS("message.matches[*].pattern_version"), versions_are_counted_otherwise, COUNTED },
	{ "version", "cohort_analyzer.recalculations", COLUMNS("outcome.transitions[*].version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "cohort_analyzer.pattern_evidence", COLUMNS("version"),
	  versions_are_counted_otherwise, COUNTED },
	{ "version", "cohort_analyzer.evaluations", NULL, is_unrecorded, COUNTED },
	{ "confidence", "public.business_growth_patterns",
	  COLUMNS("confidence", "confidence_score", "expected_success", "outcome_voters",
		  "confidence_as_of", "updated_at"),
	  confidence_was_published_at_another_time,
	  "published when it had moved by a step from what was published before, as of another moment; at most two steps lie between" },
	{ "confidence", "public.ai_concierge_goals",
	  COLUMNS("pattern_confidence", "priority_score"), goals_are_of_other_versions,
	  "follows the version of its pattern, whose confidence was published at another moment" },
	{ "confidence", "public.confidence_history", NULL, one_follows_outcomes,
	  "how often confidence is published between recalculations is a matter of time" },
	{ "told", "public.ai_concierge_goals",
	  COLUMNS("goal_description", "target_milestone", "priority_score", "next_milestone",
		  "success_criteria", "pattern_source", "pattern_confidence", "data_gaps",
		  "trigger_condition", "current_progress", "pattern_version", "pattern_status",
		  "expected_months_low", "expected_months_high", "timeline", "occurred_at",
		  "match_score", "updated_at", "last_action_at", "pattern_key"),
	  goals_were_told_of_other_things, OF_MOMENT },
	/* The same version and profile: better matches decide what it lists besides. */
	{ "told", "public.ai_concierge_goals",
	  COLUMNS("target_milestone", "success_criteria", "data_gaps", "next_milestone",
		  "current_progress", "last_action_at", "updated_at", "created_at"),
	  goals_are_as_told, OF_MOMENT },
	{ "told", "public.ai_concierge_checklist_items",
	  COLUMNS("checklist_item", "item_type", "item", "usage_rate", "status",
		  "execution_context", "completed_at", "created_at", "updated_at"),
	  items_are_as_told, OF_MOMENT },
	{ "told", "public.contractor_pattern_matches",
	  COLUMNS("match_score", "match_reason", "score", "tier_score", "focus_score", "team_score",
		  "stage_score", "pattern_version"),
	  left_as_told, "it matches no more, and keeps what it had when it last did" },
	{ "told", "public.contractor_pattern_matches",
	  COLUMNS("created_at", "pattern_applied_at", "updated_at"), were_made_at_moments,
	  OF_MOMENT },
	{ "told", "public.contractor_pattern_matches", COLUMNS("decided_result"),
	  were_successful_as_told,
	  "successful is who made the step after it had fitted him, and when it did is a matter of time; each side's topics tell the same" },
	{ "told", "public.pattern_success_tracking", COLUMNS("pattern_key"), were_tracked_as_told,
	  OF_MOMENT },
	{ "told", "goal_enricher.recommendations", COLUMNS("first_at"), were_made_at_moments,
	  OF_MOMENT },
	{ "in passing", "public.contractor_pattern_matches", NULL, was_match_in_passing,
	  IN_PASSING },
	{ "in passing", "public.ai_concierge_goals", NULL, goal_was_made_in_passing, IN_PASSING },
	{ "in passing", "public.ai_concierge_checklist_items", NULL, items_are_as_told_alone,
	  IN_PASSING },
	{ "in passing", "public.pattern_success_tracking", NULL, was_tracked_in_passing,
	  IN_PASSING },
	{ "in passing", "goal_enricher.recommendations", NULL, was_recommended_in_passing,
	  IN_PASSING },
	{ "made", "public.pattern_success_tracking",
	  COLUMNS("created_at", "time_to_completion_days", "published_at"), was_made_with_its_goal,
	  "it counts from when its goal was made, as that goal has it on either side" },
	{ "counts", "public.contractor_pattern_matches",
	  COLUMNS("goals_generated", "checklist_items_generated", "pattern_result"), are_counted,
	  "as many as there are on either side; that they differ is told at the goals and items" },
	{ "waits", "success_tracker.parked", NULL, waits_for_what_is_not_there,
	  "it waits for a goal that is not there on that side; that the other has it is told at the goal" },
	{ "reminders", "public.pattern_success_tracking", COLUMNS("reminders"), both_are_there,
	  "reminders are sent by the clock; a replay sends none" },
	{ "behind", "public.pattern_votes", NULL, vote_is_under_way,
	  "the vote has not arrived: outcomes are still under way on that side" },
	{ "behind", "cohort_analyzer.pattern_voters", NULL, one_is_behind,
	  "sums over votes, of which one side does not have all yet" },
	{ "behind", "cohort_analyzer.pattern_evidence", NULL, one_is_behind,
	  "sums over votes, of which one side does not have all yet" },
	{ "behind", "cohort_analyzer.evaluation", NULL, one_is_behind,
	  "how far outcomes were looked at, of which one side does not have all yet" },
	{ "not fed", NULL, NULL, has_unfed_events,
	  "live has handled events about this contractor that the shadow was not fed" },
	{ "behind", NULL, NULL, is_not_there_yet,
	  "that side is behind, and has nothing as young as this" },
	{ NULL, NULL, NULL, NULL, NULL },
};

/* "matches[*].version" has "matches[12].version" in it; "stages" has "stages[0].stage". */
static bool has_path(const char *pattern, const char *path)
{
	while (*pattern && *path) {
		if (pattern[0] == '[' && pattern[1] == '*' && path[0] == '[') {
			pattern += 3;
			path += strcspn(path, "]") + 1;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*pattern && (!*path || *path == '.' || *path == '[');
}

static bool concerns(const struct diff_rule *rule, const struct diff_pair *pair, const char *path)
{
	if (rule->table && strcmp(rule->table, pair->table->name) != 0)
		return false;
	if (!rule->columns)
		return true;
	for (const char *const *column = rule->columns; path && *column; column++)
		if (has_path(*column, path))
			return true;
	return false;
}

int64_t diff_contractor(struct json_object *key, struct json_object *content)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(key, "contractor_id", &value) && content)
		json_object_object_get_ex(content, "contractor_id", &value);
	return value ? json_object_get_int64(value) : 0;
}

void diff_explain(const struct diff_pair *pair, struct difference *difference)
{
	for (const struct diff_rule *rule = diff_rules; rule->name; rule++) {
		if (!concerns(rule, pair, difference->path) || !rule->applies(pair))
			continue;
		difference->explained = rule->reason;
		return;
	}
}
