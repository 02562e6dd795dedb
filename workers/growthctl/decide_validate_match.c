/*
 * Matches as they would have been made at one moment in the past, from the profile of that day, and
 * who levelled up in the months after it.
 */
#include "decide_validate_parts.h"

#include "instant.h"
#include "score.h"

/* The moment at which contractors are matched. */
static utc_us moment_of(const struct validation_settings *settings)
{
	double days = settings->within * settings->constants.month_days;

	if (settings->split.learn_until.present)
		return settings->split.learn_until.value;
	return settings->as_of - (utc_us)(days * (double)US_PER_DAY);
}

/* The last profile that is not after the moment; the history has one. */
static const struct observation *profile_at(const struct history *history, utc_us moment)
{
	size_t i = history->observations_count;

	while (i > 1 && history->observations[i - 1].time > moment)
		i--;
	return &history->observations[i - 1];
}

/* Whether a higher tier than `tier` was reached after the moment. */
static bool levels_up(const struct runs *runs, int tier, utc_us moment)
{
	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].first->time > moment && runs->items[i].tier_rank > tier)
			return true;
	return false;
}

static bool has_done(const struct history *history, const struct observation *seen, utc_us moment,
		     const struct popular_item *item)
{
	for (size_t i = 0; item->kind == ACTION_FOCUS_AREA && i < seen->focus_areas.count; i++)
		if (strcmp(seen->focus_areas.items[i], item->item) == 0)
			return true;
	for (size_t i = 0; i < history->actions_count && history->actions[i].time <= moment; i++)
		if (history->actions[i].kind == item->kind &&
		    strcmp(history->actions[i].item, item->item) == 0)
			return true;
	return false;
}

/* The naive match: how much of what the winners used he has used. */
static double naive_score(const struct lesson *lesson, const struct history *history,
			  const struct observation *seen, utc_us moment)
{
	double done = 0, all = 0;

	for (size_t i = 0; i < lesson->popular_count; i++) {
		const struct popular_item *item = &lesson->popular[i];

		all += item->usage_rate;
		done += has_done(history, seen, moment, item) ? item->usage_rate : 0;
	}
	return all > 0 ? done / all : 0;
}

static struct profile profile_of(const struct validation *validation, int tier,
				 const struct observation *seen)
{
	return (struct profile){
		.revenue_tier = validation->settings.vocabulary->tiers.items[tier].name,
		.team_size = seen->team_size,
		.current_stage = seen->stage,
		.focus_areas = seen->focus_areas,
	};
}

static const struct pattern **patterns_of(struct validation *validation, size_t *ret_count)
{
	const struct pattern **patterns = arena_array(&validation->scratch, const struct pattern *,
						      validation->lessons_count);

	*ret_count = 0;
	for (size_t i = 0; i < validation->lessons_count; i++)
		if (validation->lessons[i].pattern)
			patterns[(*ret_count)++] = validation->lessons[i].pattern;
	return patterns;
}

static void judge(struct validation *validation, const struct history *history, int tier,
		  utc_us moment, bool levelled)
{
	const struct observation *seen = profile_at(history, moment);
	const struct lesson *lesson = &validation->lessons[tier];
	struct profile profile = profile_of(validation, tier, seen);
	size_t count;
	const struct pattern **patterns = patterns_of(validation, &count);
	pattern_matches matches = find_matching_patterns(validation->settings.vocabulary, &profile,
							 patterns, count, &validation->scratch);
	struct match_score score =
		calculate_match_score(validation->settings.vocabulary, &profile, lesson->pattern);

	validation->match.contractors++;
	validation->match.matched += matches.count > 0;
	validation->match.levelled += levelled;
	judged_add(&validation->scores, score.total, levelled, validation->arena);
	judged_add(&validation->naive_scores, naive_score(lesson, history, seen, moment), levelled,
		   validation->arena);
}

void test_match(struct validation *validation, const struct history *history)
{
	const struct validation_settings *settings = &validation->settings;
	utc_us moment = moment_of(settings);
	struct runs then = runs_of(history, moment, &settings->constants, &validation->scratch);
	struct runs later =
		runs_of(history, settings->as_of, &settings->constants, &validation->scratch);
	int tier;

	if (then.count == 0 || then.end < moment)
		return;
	tier = then.items[then.count - 1].tier_rank;
	if ((size_t)tier < validation->lessons_count && validation->lessons[tier].pattern)
		judge(validation, history, tier, moment, levels_up(&later, tier, moment));
}

struct match_report report_match(struct validation *validation)
{
	struct match_report report = validation->match;

	report.auc = area_under_curve(validation->scores.items, validation->scores.count);
	report.naive_auc =
		area_under_curve(validation->naive_scores.items, validation->naive_scores.count);
	return report;
}
