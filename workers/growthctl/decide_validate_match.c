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

/* The highest tier after the moment; `tier` when he has none higher. */
static int reached_after(const struct runs *runs, int tier, utc_us moment)
{
	int reached = tier;

	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].first->time > moment && runs->items[i].tier_rank > reached)
			reached = runs->items[i].tier_rank;
	return reached;
}

/* A contractor as he was at the moment, and how far he came. */
struct subject {
	const struct history *history;
	const struct observation *seen;
	struct profile profile;
	utc_us moment;
	int tier, reached;
};

static bool has_done(const struct subject *subject, const struct popular_item *item)
{
	const struct history *history = subject->history;

	if (item->kind == ACTION_FOCUS_AREA && texts_hold(&subject->seen->focus_areas, item->item))
		return true;
	for (size_t i = 0;
	     i < history->actions_count && history->actions[i].time <= subject->moment; i++)
		if (history->actions[i].kind == item->kind &&
		    strcmp(history->actions[i].item, item->item) == 0)
			return true;
	return false;
}

/* The naive match: how much of what the winners used he has used. */
static double naive_score(const struct lesson *lesson, const struct subject *subject)
{
	double done = 0, all = 0;

	for (size_t i = 0; i < lesson->popular_count; i++) {
		const struct popular_item *item = &lesson->popular[i];

		all += item->usage_rate;
		done += has_done(subject, item) ? item->usage_rate : 0;
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

/*
 * All patterns near the tier: does he make the very step that the pattern is of? Of those of his
 * own tier the best score is returned.
 */
static double judge_pairs(struct validation *validation, const struct subject *subject)
{
	double best = 0;

	for (size_t i = 0; i < validation->learnt_count; i++) {
		const struct learnt_pattern *learnt = &validation->learnt[i];
		int from = (int)learnt->from;
		bool made = from >= subject->tier && subject->reached > from;
		struct match_score score = calculate_match_score(
			validation->settings.vocabulary, &subject->profile, learnt->pattern);

		if (from == subject->tier && score.total > best)
			best = score.total;
		if (score.tier <= 0)
			continue;
		judged_add(&validation->pair_scores, score.total, made, validation->arena);
		judged_add(&validation->naive_pair_scores,
			   naive_score(&validation->lessons[from], subject), made,
			   validation->arena);
	}
	return best;
}

static void judge(struct validation *validation, const struct subject *subject)
{
	pattern_matches matches = find_matching_patterns(
		validation->settings.vocabulary, &subject->profile, validation->patterns,
		validation->learnt_count, NULL, &validation->scratch);
	double best = judge_pairs(validation, subject);
	bool levelled = subject->reached > subject->tier;

	validation->match.contractors++;
	validation->match.matched += matches.count > 0;
	validation->match.levelled += levelled;
	judged_add(&validation->scores, best, levelled, validation->arena);
	judged_add(&validation->naive_scores,
		   naive_score(&validation->lessons[subject->tier], subject), levelled,
		   validation->arena);
}

static bool has_pattern(const struct validation *validation, int tier)
{
	for (size_t i = 0; i < validation->learnt_count; i++)
		if (validation->learnt[i].from == (size_t)tier)
			return true;
	return false;
}

void test_match(struct validation *validation, const struct history *history)
{
	const struct validation_settings *settings = &validation->settings;
	utc_us moment = moment_of(settings);
	struct runs then = runs_of(history, moment, &settings->constants, &validation->scratch);
	struct runs later =
		runs_of(history, settings->as_of, &settings->constants, &validation->scratch);
	struct subject subject = {
		.history = history,
		.seen = profile_at(history, moment),
		.moment = moment,
	};

	if (then.count == 0 || then.end < moment)
		return;
	subject.tier = then.items[then.count - 1].tier_rank;
	subject.reached = reached_after(&later, subject.tier, moment);
	subject.profile = profile_of(validation, subject.tier, subject.seen);
	if (has_pattern(validation, subject.tier))
		judge(validation, &subject);
}

struct match_report report_match(struct validation *validation)
{
	struct match_report report = validation->match;

	report.auc = area_under_curve(validation->scores.items, validation->scores.count);
	report.pairs = (int64_t)validation->pair_scores.count;
	report.step_auc =
		area_under_curve(validation->pair_scores.items, validation->pair_scores.count);
	report.naive_step_auc = area_under_curve(validation->naive_pair_scores.items,
						 validation->naive_pair_scores.count);
	report.naive_auc =
		area_under_curve(validation->naive_scores.items, validation->naive_scores.count);
	return report;
}
