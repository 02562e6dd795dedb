/* Confidence: learnt from one part of the voters, held against what the goals of the others came
 * to. */
#include "decide_validate_parts.h"

#include <math.h>

#include "identity.h"
#include "outcome.h"

void sort_votes(struct validation *validation)
{
	const struct outcome_recorded *outcomes = validation->outcomes;
	size_t count = validation->outcomes_count;
	struct ballot_box *box = NULL;

	validation->tested_outcomes = arena_array(validation->arena, bool, count);
	validation->boxes = arena_array(validation->arena, struct ballot_box, count);
	for (size_t i = 0; i < count; i++) {
		if (!box || strcmp(box->pattern_key, outcomes[i].pattern_key) != 0) {
			box = &validation->boxes[validation->boxes_count++];
			box->pattern_key = outcomes[i].pattern_key;
			box->first = i;
		}
		box->end = i + 1;
	}
}

/* The first outcome of the box whose voter is not before this one. */
static size_t find_voter(const struct validation *validation, const struct ballot_box *box,
			 const struct uuid *voter)
{
	size_t low = box->first, high = box->end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (uuid_order(&validation->outcomes[middle].voter, voter) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void hold_out_votes(struct validation *validation, int64_t contractor_id)
{
	for (size_t i = 0; i < validation->boxes_count; i++) {
		const struct ballot_box *box = &validation->boxes[i];
		struct uuid voter = voter_of(contractor_id, box->pattern_key);

		for (size_t at = find_voter(validation, box, &voter);
		     at < box->end && uuid_equal(&validation->outcomes[at].voter, &voter); at++)
			validation->tested_outcomes[at] = true;
	}
}

void hold_out_later_votes(struct validation *validation)
{
	utc_us until = validation->settings.split.learn_until.value;

	for (size_t i = 0; i < validation->outcomes_count; i++)
		validation->tested_outcomes[i] = !outcome_is_known(&validation->outcomes[i], until);
}

/* The outcomes of the box that are tested, or those that are not. */
static size_t pick(const struct validation *validation, const struct ballot_box *box, bool tested,
		   struct outcome_recorded **ret_outcomes)
{
	struct outcome_recorded *outcomes =
		arena_array(validation->arena, struct outcome_recorded, box->end - box->first);
	size_t count = 0;

	for (size_t i = box->first; i < box->end; i++)
		if (validation->tested_outcomes[i] == tested)
			outcomes[count++] = validation->outcomes[i];
	*ret_outcomes = outcomes;
	return count;
}

static struct outcome_evidence evidence_of(const struct validation *validation,
					   const struct ballot_box *box)
{
	const struct optional_time *until = &validation->settings.split.learn_until;
	struct outcome_recorded *outcomes;
	size_t count = pick(validation, box, false, &outcomes);

	return count_votes(outcomes, count,
			   until->present ? until->value : validation->settings.votes_as_of,
			   validation->arena);
}

struct outcome_evidence learnt_evidence_of(const struct validation *validation,
					   const char *pattern_key)
{
	size_t count = validation->boxes_count;
	struct outcome_evidence *all =
		arena_array(validation->arena, struct outcome_evidence, count);
	struct outcome_evidence own = { .voters = 0 };

	for (size_t i = 0; i < count; i++) {
		all[i] = evidence_of(validation, &validation->boxes[i]);
		if (strcmp(validation->boxes[i].pattern_key, pattern_key) == 0)
			own = all[i];
	}
	own.pooled = pooled_success(all, count);
	return own;
}

/* The tested voters' scores of one pattern. */
static size_t tested_scores(const struct validation *validation, const char *pattern_key,
			    struct voter_score **ret_scores)
{
	struct outcome_recorded *outcomes;

	for (size_t i = 0; i < validation->boxes_count; i++) {
		const struct ballot_box *box = &validation->boxes[i];

		if (strcmp(box->pattern_key, pattern_key) == 0) {
			size_t count = pick(validation, box, true, &outcomes);

			return score_voters(outcomes, count, validation->settings.votes_as_of,
					    validation->arena, ret_scores);
		}
	}
	return 0;
}

/* The success of fewer voters is too uncertain to rank a pattern by. */
#define RANKED_VOTERS_MIN 30

/* What is judged by voters, and what by patterns. */
struct verdicts {
	struct judged_list voters, naive_voters, patterns, naive_patterns;
};

static void judge_pattern(const struct validation *validation, const struct lesson *lesson,
			  struct verdicts *verdicts, struct pattern_report *report)
{
	struct arena *arena = validation->arena;
	struct voter_score *scores = NULL;
	size_t count = tested_scores(validation, report->key, &scores);
	double sum = 0;

	report->voters = (int64_t)count;
	report->success = NAN;
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		sum += scores[i].score;
		judged_add(&verdicts->voters, report->expected, scores[i].score, arena);
		judged_add(&verdicts->naive_voters, lesson->popularity, scores[i].score, arena);
	}
	report->success = sum / (double)count;
	if (report->voters < RANKED_VOTERS_MIN)
		return;
	judged_add(&verdicts->patterns, report->confidence, report->success, arena);
	judged_add(&verdicts->naive_patterns, lesson->popularity, report->success, arena);
}

/* The patterns are in the order of what was learnt; transitions without any lie between them. */
static void judge_patterns(const struct validation *validation, struct verdicts *verdicts,
			   struct pattern_report *patterns, size_t count)
{
	size_t next = 0;

	for (size_t i = 0; i < count; i++) {
		patterns[i].success = NAN;
		if (patterns[i].found)
			judge_pattern(validation,
				      &validation->lessons[validation->learnt[next++].from],
				      verdicts, &patterns[i]);
	}
}

struct confidence_report report_confidence(const struct validation *validation,
					   struct pattern_report *patterns, size_t count)
{
	struct arena *arena = validation->arena;
	struct verdicts verdicts = { 0 };
	const struct judged_list *voters = &verdicts.voters, *naive = &verdicts.naive_voters;
	struct confidence_report report = { 0 };

	judge_patterns(validation, &verdicts, patterns, count);
	report.voters = (int64_t)voters->count;
	report.ranked = (int64_t)verdicts.patterns.count;
	report.brier = brier_score(voters->items, voters->count);
	report.calibration = calibrate(voters->items, voters->count);
	report.error = report.calibration.error;
	report.spearman = rank_correlation(verdicts.patterns.items, verdicts.patterns.count, arena);
	report.naive_brier = brier_score(naive->items, naive->count);
	report.naive_error = calibrate(naive->items, naive->count).error;
	report.naive_spearman = rank_correlation(verdicts.naive_patterns.items,
						 verdicts.naive_patterns.count, arena);
	return report;
}
