/* Internal to the rules: a contractor's matches as they are held against those that a profile and a
 * library give. */
#pragma once

#include "decide.h"

/* Whether the best matches held are these: patterns, versions, order, and scores to 1e-9. */
bool matcher_same_matches(const struct contractor *contractor, const pattern_matches *matches);

/* The parts of a score of which a profile tells what the one before did not, or the other way
 * round. */
struct turned_parts {
	bool focus, team, stage;
};

/*
 * Makes these the best matches of the contractor's profile. Those that were and are no longer keep
 * their row, without a rank. turned: since they were last applied; a reason names what is unknown,
 * so it may be another one where all scores are the same.
 */
void matcher_apply_matches(struct contractor *contractor, const pattern_matches *matches,
			   struct turned_parts turned, const struct knowledge *knowledge);

/*
 * Judges the matches with the patterns that start from the contractor's tier, at the time of his
 * profile or of the newest pattern, whichever is later: unsuccessful is what was given him 12
 * months ago or longer, when he has been in the tier for more than 1/0.8 of the pattern's longest
 * usual time. It is undecided again when that is no longer so (the pattern's time has become
 * longer).
 */
void matcher_judge_matches(struct contractor *contractor, const struct knowledge *knowledge);

/* Months of the statistics' usual length. */
double matcher_months_between(utc_us start, utc_us end);

/* Patterns, scores and order of the best matches as they are held, without what is for people. */
pattern_matches matcher_current_matches(const struct contractor *contractor, struct arena *arena);

/* Whether the event (time, id) comes after the one held. */
static inline bool is_later(utc_us time, const char *id, utc_us held_time, const char *held_id)
{
	return time != held_time ? time > held_time : strcmp(id, held_id) > 0;
}
