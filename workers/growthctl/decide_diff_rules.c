/*
 * Differences that are no fault. Each rule is as narrow as it can be told from the two rows, and from whether each fits what else there
 * is on its own side: what it does not name is unexplained. tests/unit/growthctl_diff.c has, for each, what it explains and what it does not.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decide_diff.h"

/* Two values that were published within confidence.publish_step (0.01 unless configured) of the same evidence. */
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

/* Where versions are counted otherwise, a promotion has given some of them other numbers. */
static bool were_told_of_versions(const struct diff_pair *pair)
{
	return is_unrecorded(pair) || holds(pair, "@told");
}

static bool are_closed(const struct diff_pair *pair, const char *name)
{
	const char *left = text_at(pair->left, name), *right = text_at(pair->right, name);

	return left && right && strcmp(left, right) == 0 &&
	       (strcmp(left, "completed") == 0 || strcmp(left, "abandoned") == 0);
}

static bool goals_are_closed(const struct diff_pair *pair)
{
	return are_closed(pair, "status") && were_told_of_versions(pair);
}

/* A list may have got longer or shorter as well. */
static bool goal_of_item_is_closed(const struct diff_pair *pair)
{
	struct json_object *one = pair->left ? pair->left : pair->right;
	const struct diff_pair same = { .left = pair->left ? pair->left : one,
					.right = pair->right ? pair->right : one };

	return are_closed(&same, "@goal_status");
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

/* On no side of those that have it. */
static bool is_told_no_more(const struct diff_pair *pair)
{
	const char *left = text_at(pair->left, "@follows");
	const char *right = text_at(pair->right, "@follows");

	return (!pair->left || (left && strcmp(left, "false") == 0)) &&
	       (!pair->right || (right && strcmp(right, "false") == 0));
}

static bool is_alone(const struct diff_pair *pair)
{
	return !pair->left || !pair->right;
}

static bool is_alone_and_told_no_more(const struct diff_pair *pair)
{
	return is_alone(pair) && is_told_no_more(pair);
}

/* One of them has been told since, or both have at other times. */
static bool one_is_told_no_more(const struct diff_pair *pair)
{
	const char *left = text_at(pair->left, "@follows"),
		   *right = text_at(pair->right, "@follows");

	return pair->left && pair->right && left && right && were_told_of_versions(pair) &&
	       (strcmp(left, "false") == 0 || strcmp(right, "false") == 0);
}

static bool is_match_no_more(const struct diff_pair *pair)
{
	return were_told_of_versions(pair) && !text_at(pair->left, "match_rank") &&
	       !text_at(pair->right, "match_rank");
}

static bool was_match_in_passing(const struct diff_pair *pair)
{
	return is_alone(pair) && is_match_no_more(pair);
}

static bool were_made_at_moments(const struct diff_pair *pair)
{
	return both_are_there(pair) && holds(pair, "@made");
}

static bool was_made_with_its_goal(const struct diff_pair *pair)
{
	return differ(pair, "created_at") && holds(pair, "@made");
}

static bool are_counted(const struct diff_pair *pair)
{
	return both_are_there(pair) && holds(pair, "@counted");
}

static bool waits_for_what_is_not_there(const struct diff_pair *pair)
{
	return is_alone(pair) && holds(pair, "@waits");
}

/* A goal is told anew when a version of its pattern comes, with the profile of then. */
static bool goals_are_of_other_profiles(const struct diff_pair *pair)
{
	return differ(pair, "occurred_at") && holds(pair, "@rests");
}

static bool one_follows_outcomes(const struct diff_pair *pair)
{
	const char *cause = text_at(pair->left ? pair->left : pair->right, "@cause");

	return is_unrecorded(pair) && cause &&
	       (strcmp(cause, "outcomes") == 0 || strcmp(cause, "promotion") == 0);
}

/* Of the row: of its event, of the youngest thing that it rests on, or of its last change. NULL: none is known. */
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
 * The side that is behind has nothing as young as what the other one has. In UTC such times are in the order of their text. A time
 * without zone ends where another goes on, which is later.
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

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool has_unfed_events(const struct diff_pair *pair)
{
	bool has = false;

	for (size_t i = 0; pair->contractor && i < 2; i++)
		has = has || (pair->sides[i].unfed_count &&
			      bsearch(&pair->contractor, pair->sides[i].unfed,
				      pair->sides[i].unfed_count, sizeof(int64_t), by_number));
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

#define TOLD \
	"goal_description", "target_milestone", "priority_score", "next_milestone", \
		"success_criteria", "pattern_source", "pattern_confidence", "data_gaps", \
		"trigger_condition", "current_progress", "pattern_version", "pattern_status", \
		"expected_months_low", "expected_months_high", "timeline", "occurred_at", \
		"match_score", "updated_at", "last_action_at", "pattern_key"
#define IN_PASSING \
	"made in passing: which profile met which version of a pattern is a matter of time, and nothing follows it any more"

#define COUNTED \
	"versions are counted otherwise: of looks at outcomes that one side has no records of, or by other votes, nobody knows what they " \
	"were calculated from"
#define MADE \
	"made, or taken up again, when a profile of his and a version of a pattern met; both sides tell a moment at which one of them came, and which of " \
	"them had come before is a matter of time"

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
	{ "closed", "public.ai_concierge_goals", COLUMNS(TOLD), goals_are_closed,
	  "a closed goal keeps what it was told last: that depends on whether its end or a newer pattern was read first" },
	{ "closed", "public.ai_concierge_checklist_items", NULL, goal_of_item_is_closed,
	  "a closed goal keeps the list that it was told last" },
	{ "left", "public.contractor_pattern_matches",
	  COLUMNS("match_score", "match_reason", "score", "tier_score", "focus_score", "team_score",
		  "stage_score", "pattern_applied_at", "created_at", "updated_at",
		  "goals_generated", "checklist_items_generated", "pattern_result",
		  "pattern_version"),
	  is_match_no_more, "it matches no more, and keeps what it had when it last did" },
	{ "left", "public.contractor_pattern_matches", NULL, was_match_in_passing, IN_PASSING },
	{ "left", "public.ai_concierge_goals", COLUMNS(TOLD), one_is_told_no_more,
	  "the goal does not follow its pattern any more, and keeps what it was told last" },
	{ "left", "public.ai_concierge_goals", NULL, is_alone_and_told_no_more, IN_PASSING },
	{ "left", "public.ai_concierge_checklist_items", NULL, is_told_no_more, IN_PASSING },
	{ "left", "public.pattern_success_tracking", NULL, is_alone_and_told_no_more, IN_PASSING },
	{ "left", "goal_enricher.recommendations", NULL, is_told_no_more, IN_PASSING },
	{ "profile", "public.ai_concierge_goals",
	  COLUMNS("occurred_at", "updated_at", "match_score", "expected_months_low",
		  "expected_months_high", "timeline", "data_gaps"),
	  goals_are_of_other_profiles,
	  "rests on the profile of when its pattern's last version came, which was another moment" },
	{ "made", "public.ai_concierge_goals", COLUMNS("created_at"), were_made_at_moments, MADE },
	{ "made", "public.contractor_pattern_matches", COLUMNS("created_at", "pattern_applied_at"),
	  were_made_at_moments, MADE },
	{ "made", "public.ai_concierge_checklist_items", COLUMNS("created_at", "updated_at"),
	  were_made_at_moments, MADE },
	{ "made", "goal_enricher.recommendations", COLUMNS("first_at"), were_made_at_moments,
	  MADE },
	{ "made", "public.pattern_success_tracking",
	  COLUMNS("created_at", "time_to_completion_days", "published_at"), was_made_with_its_goal,
	  "it counts from when its goal was made, as that goal has it on either side" },
	{ "counts", "public.contractor_pattern_matches",
	  COLUMNS("goals_generated", "checklist_items_generated"), are_counted,
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
