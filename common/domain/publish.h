/*
 * What may leave the analyzer (statistics §9): nothing about fewer than k contractors, nor about
 * fewer than k who are not among them; times as whole months. Every rule of privacy is here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "combinations.h"
#include "constants.h"
#include "items.h"
#include "messages.h"
#include "survival.h"
#include "values.h"

struct published_rate {
	bool shown;    /* false: users < k, nothing may be said */
	double rate;   /* two digits */
	bool at_least; /* rate and users are lower bounds */
	int64_t users;
};

/*
 * A share users / n:
 *   users < k       not shown
 *   n < 2k          no exact rate is possible: "at least half" (0.5), users = k
 *   users >= n-k+1  at least floor(100·(n-k)/n)/100, users = n-k
 *   else            exact, rounded half up to 0.01
 */
struct published_rate publish_rate(int64_t users, int64_t n, int64_t k);
/* The same where there is no place for "at least": the rate; absent when not shown. */
struct optional_number publish_share(int64_t users, int64_t n, int64_t k);

/* So many of so many; fractions where first actions tie. */
struct portion {
	double users, n;
};

/*
 * Whether a part's share may be told beside the whole's, a sub-cohort's beside its cohort's
 * (statistics §9, of the complement and of a sub-cohort's items). What the whole has beyond the
 * part is a group of its own, so neither its users nor those in it who are none may be few; the
 * latter only matter where the part's rate is exact, which is where k of it are no users. The whole
 * beside itself may be told.
 */
bool may_tell_beside(const struct portion *part, const struct portion *whole, int64_t k);

/*
 * A share users / n of which larger ones are published, too: the whole cohort's beside a
 * sub-cohort's, an item's beside a combination's. Where may_tell_beside() says no, only "at least"
 * is told: what holds for every such case, and k at least. That is U-k+1 where few of the whole's U
 * users are beyond, and U-(N-n)+1 where few who are beyond are no users.
 */
struct published_rate publish_rate_within(int64_t users, int64_t n, const struct portion *wholes,
					  size_t wholes_count, int64_t k);
/* The same where there is no place for "at least": absent where may_tell_beside() says no. */
struct optional_number publish_share_within(int64_t users, int64_t n, const struct portion *whole,
					    int64_t k);

/*
 * The share first_count / dated_levellers of who began with something of a category; `told` of
 * first_count is told of single items. Absent where it does not rest on k contractors, or where
 * fewer than k are not among them, or are left when what is told is taken away.
 */
struct optional_number publish_first_category(double first_count, double told,
					      int64_t dated_levellers, int64_t k);

/* 1 to k-1: too few contractors to be told of. Sums of thirds may be off by 1e-9. */
bool is_few(double contractors, int64_t k);

/*
 * Of exact shares of one group, none of whose counts is few: what is left of them tells of those in
 * none. Are they few, the smallest share goes, too, of equals the first: told[i] becomes false.
 * counts[i] belongs to told[i]; what is not told, or of nobody, does not count. `whole`: how many
 * the group is.
 */
void leave_out_smallest(const double *counts, bool *told, size_t count, double whole, int64_t k);
/* Whether a first share may be told of an item at all: k contractors and k others. */
bool may_tell_first(double first_count, int64_t dated_levellers, int64_t k);

/* A whole number, half up; absent stays absent. */
struct optional_int publish_whole(struct optional_number number);

/* An item of `uses` as others may see it; whole: the whole cohort's, of which they may be a
 * sub-cohort's. Returns false when nothing may be said of it. first_share only if it rests on k
 * contractors and k others; ratings only of k raters, and where those outside of a sub-cohort are
 * not few; control rate and lift only where an exact rate is possible (n >= 2k). Text is not
 * copied. */
bool publish_item(const struct item_use *use, const struct item_uses *uses,
		  const struct item_uses *whole, const struct constants *constants,
		  struct pattern_item *ret_item);

/* A combination; `wholes` as in publish_rate_within(). The items' list is in the arena. */
struct pattern_combination publish_combination(const struct combination *combination, int64_t n,
					       const struct portion *wholes, size_t wholes_count,
					       const struct constants *constants,
					       struct arena *arena);

/* How many are in the cohort; absent where few did not level up, or few of those outside of a
 * sub-cohort (of the whole cohort nobody is). */
struct optional_int publish_at_risk(int64_t at_risk, int64_t levellers, int64_t others_outside,
				    int64_t k);

/* The median to 0.01. */
struct held_out_test publish_held_out(struct held_out_test test);

/* low rounded down, high up, median and horizon half up, p_by_horizon to 0.01. */
struct timeline publish_timeline(const struct timeline *timeline);
