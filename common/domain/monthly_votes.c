/*
 * Each goal turns its voter's vote at most twice: it falls silent, and it turns out. The turns are
 * taken in the order of time; at each look the sums are those of the look before, decayed, with the
 * turned votes taken out as they were and put in as they are. All weights are relative to the look,
 * so none is above 1 however long the history is.
 */
#include "monthly_votes.h"

#include <math.h>
#include <stdlib.h>

#include "identity.h"
#include "instant.h"
#include "outcome.h"

/* What a goal does to its voter's vote. */
struct turn {
	utc_us time;
	struct uuid voter;
	size_t number; /* of the voter */
	double score;  /* added to the sum of his goals' scores */
	double goals;  /* added to their number: 1, or 0 when silence was counted before */
};

/* One voter's vote: the mean of his goals' scores. */
struct ballot {
	double sum, goals;
	utc_us latest; /* his latest turn */
};

static int by_what(const struct turn *a, const struct turn *b)
{
	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	return (a->goals > b->goals) - (a->goals < b->goals);
}

static int by_voter(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	return uuid_order(&a->voter, &b->voter);
}

/* Equal ones are alike: no order of arrival can show. */
static int by_time(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return by_what(a, b);
}

static size_t add_turns(const struct outcome_recorded *goal, utc_us as_of, struct turn *turns)
{
	utc_us silent_from = goal->goal_created_at + OUTCOME_SILENCE_DAYS * US_PER_DAY;
	bool closed = goal->outcome != OUTCOME_OPEN && goal->occurred_at <= as_of;
	bool silent = silent_from <= as_of && !(closed && goal->occurred_at <= silent_from);
	size_t count = 0;

	if (silent)
		turns[count++] =
			(struct turn){ .time = silent_from, .voter = goal->voter, .goals = 1 };
	if (closed)
		turns[count++] = (struct turn){
			.time = goal->occurred_at,
			.voter = goal->voter,
			.score = outcome_score(goal->outcome, goal->satisfaction,
					       goal->revenue_impact),
			.goals = silent ? 0 : 1,
		};
	return count;
}

/* Returns how many voters there are. */
static size_t number_voters(struct turn *turns, size_t count)
{
	size_t voters = 0;

	if (count > 1)
		qsort(turns, count, sizeof(*turns), by_voter);
	for (size_t i = 0; i < count; i++) {
		voters += i == 0 || !uuid_equal(&turns[i - 1].voter, &turns[i].voter);
		turns[i].number = voters - 1;
	}
	return voters;
}

static void add_vote(struct outcome_evidence *evidence, const struct ballot *ballot, double weight)
{
	double score = fmin(1, ballot->sum / ballot->goals);

	evidence->good += weight * score;
	evidence->bad += weight * (1 - score);
}

static void take_turn(struct outcome_evidence *evidence, struct ballot *ballot,
		      const struct turn *turn, utc_us look)
{
	if (ballot->goals > 0)
		add_vote(evidence, ballot, -vote_weight(ballot->latest, look));
	else
		evidence->voters++;
	ballot->sum += turn->score;
	ballot->goals += turn->goals;
	ballot->latest = turn->time;
	add_vote(evidence, ballot, vote_weight(turn->time, look));
}

static size_t months_until(utc_us first, utc_us as_of)
{
	size_t count = 0;

	while (instant_month(first, (int)count) <= as_of)
		count++;
	return count;
}

static void look_monthly(const struct turn *turns, size_t count, struct ballot *ballots,
			 struct monthly_votes *votes)
{
	struct outcome_evidence evidence = { .pooled = 0.5 };
	utc_us before = votes->first;
	size_t next = 0;

	for (size_t i = 0; i < votes->count; i++) {
		utc_us look = instant_month(votes->first, (int)i);
		double decay = vote_weight(before, look);

		evidence.good *= decay;
		evidence.bad *= decay;
		for (; next < count && turns[next].time <= look; next++)
			take_turn(&evidence, &ballots[turns[next].number], &turns[next], look);
		/* What is taken out leaves a rounding error where nothing is left. */
		evidence.good = fmax(0, evidence.good);
		evidence.bad = fmax(0, evidence.bad);
		votes->looks[i] = evidence;
		before = look;
	}
}

struct monthly_votes count_votes_monthly(const struct outcome_recorded *outcomes, size_t count,
					 utc_us as_of, struct arena *scratch, struct arena *arena)
{
	struct monthly_votes votes = { .count = 0 };
	struct turn *turns = arena_array(scratch, struct turn, 2 * count);
	size_t turns_count = 0, voters;

	for (size_t i = 0; i < count; i++)
		turns_count += add_turns(&outcomes[i], as_of, &turns[turns_count]);
	if (turns_count == 0)
		return votes;
	voters = number_voters(turns, turns_count);
	qsort(turns, turns_count, sizeof(*turns), by_time);
	votes.first = instant_month(turns[0].time, 0);
	if (votes.first < turns[0].time)
		votes.first = instant_month(turns[0].time, 1);
	votes.count = months_until(votes.first, as_of);
	votes.looks = arena_array(arena, struct outcome_evidence, votes.count);
	look_monthly(turns, turns_count, arena_array(scratch, struct ballot, voters), &votes);
	return votes;
}

void pool_monthly_votes(const struct monthly_votes *patterns, size_t count, struct arena *scratch)
{
	struct outcome_evidence *all = arena_array(scratch, struct outcome_evidence, count);
	size_t found;

	/* All end with the same look. */
	for (size_t back = 1;; back++) {
		found = 0;
		for (size_t i = 0; i < count; i++)
			if (back <= patterns[i].count)
				all[found++] = patterns[i].looks[patterns[i].count - back];
		if (found == 0)
			return;

		double pooled = pooled_success(all, found);

		for (size_t i = 0; i < count; i++)
			if (back <= patterns[i].count)
				patterns[i].looks[patterns[i].count - back].pooled = pooled;
	}
}
