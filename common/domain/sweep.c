/*
 * One sweep over the days. Of those at risk only counts are kept: how many there are in each
 * stratum and band, and per subject how many of them are exposed to it, by the number of their counted
 * items: bands of all items and bands of the others are both sums of these, so one table serves both.
 *
 * Day t: (1) whoever entered and whatever began to count before t is in, (2) cases, (3) S,
 * (4) whoever leaves at t is out.
 *
 * Floating point sums run over the cases by day, then in the order of the spells.
 *
 * What takes the time are the adoptions, which come by day and so from anywhere in memory, and for each case the division of each
 * subject: members and onsets are small and fetched ahead, and sums lie by subject, so that they are added four at a time.
 */
#include <math.h>

#include "sweep.h"

#define BANDS 12
#define STEP 4 /* subjects that are counted together */

static const uint32_t band_edges[BANDS] = { 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36 };

/* As many as are looked at: beyond it the band is the last one. */
#define LAST_EDGE 36
/* By the number of counted items, one beyond that: others are one fewer. */
#define LEVELS (LAST_EDGE + 2)

/* Where it pays and the build allows it, a version for wider vectors is chosen at run time; numbers stay the same. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(GROWTH_SANITIZED)
#define FOR_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_WIDE_VECTORS
#endif

/* The sums of struct lift over the cases so far, of STEP subjects. */
struct sums {
	double observed[STEP], expected[STEP], variance[STEP], with[STEP], without[STEP],
		control_rate[STEP];
};

struct sweep {
	const struct constants *constants;
	size_t subjects;
	uint32_t own;       /* 1: who is exposed to a subject has it among his counted items */
	struct arena arena; /* all that goes with the sweep */
	uint8_t bands[LAST_EDGE + 1];
	struct members members;

	int64_t at_risk;
	double survival;
	int32_t at_risk_in[STRATA][BANDS]; /* by the number of counted items */
	/* [stratum][level][subject]: the exposed, by the number of their counted items. A row is
	 * `width` long, so that it can be walked in steps. */
	int32_t *exposed;
	size_t width;
	int32_t *by_others, *by_all; /* of one case: rows of several levels, summed */
	double *p, *q;     /* of one case, by subject: p, and 0 instead where it is exposed */
	struct sums *sums; /* by subject / STEP */
	int64_t *users;    /* by subject */
};

static void set_bands(struct sweep *sweep)
{
	uint8_t band = 0;

	for (uint32_t others = 0; others <= LAST_EDGE; others++) {
		if (band + 1 < BANDS && others >= band_edges[band + 1])
			band++;
		sweep->bands[others] = band;
	}
}

static size_t band_of(const struct sweep *sweep, uint32_t others)
{
	return sweep->bands[others < LAST_EDGE ? others : LAST_EDGE];
}

/* How many others there are beside a subject that he is exposed to. */
static uint32_t others_of(const struct sweep *sweep, uint32_t counted)
{
	return counted > sweep->own ? counted - sweep->own : 0;
}

static int32_t *row(const struct sweep *sweep, size_t stratum, uint32_t counted)
{
	size_t level = counted < LEVELS - 1 ? counted : LEVELS - 1;

	return sweep->exposed + (stratum * LEVELS + level) * sweep->width;
}

static void change_row(int32_t *counts, const struct member *member, int32_t change)
{
	for (uint32_t i = 0; i < member->exposed; i++)
		if (member->onsets[i].subject != NO_SUBJECT)
			counts[member->onsets[i].subject] += change;
}

/* He counts with `change` in every row that he belongs to. */
static void count_member(struct sweep *sweep, const struct member *member, int32_t change)
{
	sweep->at_risk_in[member->stratum][band_of(sweep, member->counted)] += change;
	if (member->exposed == 0)
		return;
	change_row(row(sweep, member->stratum, member->counted), member, change);
}

/* One more counted item takes him to another row, and to another band where one ends. */
static void count_one_more(struct sweep *sweep, struct member *member)
{
	size_t stratum = member->stratum;
	uint32_t before = member->counted++, now = member->counted;
	int32_t *from = row(sweep, stratum, before), *to = row(sweep, stratum, now);

	sweep->at_risk_in[stratum][band_of(sweep, before)]--;
	sweep->at_risk_in[stratum][band_of(sweep, now)]++;
	for (uint32_t i = 0; i < member->exposed && from != to; i++)
		if (member->onsets[i].subject != NO_SUBJECT) {
			from[member->onsets[i].subject]--;
			to[member->onsets[i].subject]++;
		}
}

static void expose(struct sweep *sweep, struct member *member)
{
	const struct onset *onset = &member->onsets[member->exposed];

	if (onset->counts)
		count_one_more(sweep, member);
	member->exposed++;
	if (onset->subject != NO_SUBJECT)
		row(sweep, member->stratum, member->counted)[onset->subject]++;
}

static void enter(struct sweep *sweep, struct member *member)
{
	while (member->exposed < member->onsets_count &&
	       member->onsets[member->exposed].day <= member->enter) {
		member->counted += member->onsets[member->exposed].counts;
		member->exposed++;
	}
	count_member(sweep, member, 1);
	sweep->at_risk++;
}

static void leave(struct sweep *sweep, const struct member *member)
{
	count_member(sweep, member, -1);
	sweep->at_risk--;
}

static double exposed_share(int32_t by_others, int32_t by_all, int32_t at_risk)
{
	return (double)by_others / (double)(by_others + at_risk - by_all);
}

/* p of a case that is exposed to nothing. */
FOR_WIDE_VECTORS
static void compare_unexposed(const int32_t *restrict by_others, const int32_t *restrict by_all,
			      int32_t at_risk, double *restrict p, double *restrict q, size_t width)
{
	for (size_t start = 0; start < width; start += STEP)
		for (size_t i = start; i < start + STEP; i++)
			q[i] = p[i] = exposed_share(by_others[i], by_all[i], at_risk);
}

static void add_row(int32_t *restrict sums, const int32_t *restrict counts, size_t width)
{
	for (size_t start = 0; start < width; start += STEP)
		for (size_t i = start; i < start + STEP; i++)
			sums[i] += counts[i];
}

/* The rows of a band: of those with so many counted items, or of those with so many others. */
struct rows {
	const int32_t *first;
	size_t count;
};

static struct rows rows_of(const struct sweep *sweep, size_t stratum, size_t band, uint32_t own)
{
	uint32_t end = band + 1 < BANDS ? band_edges[band + 1] + own : LEVELS;
	uint32_t start = band_edges[band] + own;

	return (struct rows){ row(sweep, stratum, start), end - start };
}

/* Summed in `room`, unless it is one. */
static const int32_t *sum_rows(struct rows rows, int32_t *room, size_t width)
{
	if (rows.count == 1)
		return rows.first;
	memcpy(room, rows.first, width * sizeof(*room));
	for (size_t i = 1; i < rows.count; i++)
		add_row(room, rows.first + i * width, width);
	return room;
}

static int32_t sum_subject(struct rows rows, size_t subject, size_t width)
{
	int32_t sum = 0;

	for (size_t i = 0; i < rows.count; i++)
		sum += rows.first[i * width + subject];
	return sum;
}

/* p and q of a case for each subject, and the sums that only the subjects have part in that it is exposed to. */
static void compare(struct sweep *sweep, const struct member *member)
{
	size_t stratum = member->stratum, width = sweep->width;
	size_t band = band_of(sweep, member->counted);
	struct rows by_others = rows_of(sweep, stratum, band, sweep->own);
	struct rows by_all = rows_of(sweep, stratum, band, 0);
	int32_t at_risk = sweep->at_risk_in[stratum][band];

	compare_unexposed(sum_rows(by_others, sweep->by_others, width),
			  sum_rows(by_all, sweep->by_all, width), at_risk, sweep->p, sweep->q,
			  width);
	band = band_of(sweep, others_of(sweep, member->counted));
	by_others = rows_of(sweep, stratum, band, sweep->own);
	by_all = rows_of(sweep, stratum, band, 0);
	at_risk = sweep->at_risk_in[stratum][band];
	for (uint32_t i = 0; i < member->exposed; i++) {
		uint32_t subject = member->onsets[i].subject;
		double p;

		if (subject == NO_SUBJECT)
			continue;
		p = exposed_share(sum_subject(by_others, subject, width),
				  sum_subject(by_all, subject, width), at_risk);
		sweep->p[subject] = p;
		sweep->q[subject] = 0;
		sweep->sums[subject / STEP].observed[subject % STEP] += sweep->survival;
		sweep->sums[subject / STEP].with[subject % STEP] += sweep->survival * (1 - p);
		sweep->users[subject]++;
	}
}

FOR_WIDE_VECTORS
static void add_to_sums(struct sums *restrict sums, const double *restrict p,
			const double *restrict q, double w, size_t width)
{
	for (size_t start = 0; start < width; start += STEP, sums++, p += STEP, q += STEP)
		for (size_t i = 0; i < STEP; i++) {
			sums->expected[i] += w * p[i];
			sums->variance[i] += w * w * p[i] * (1 - p[i]);
			sums->without[i] += w * q[i];
			sums->control_rate[i] += p[i];
		}
}

static void add_case(struct sweep *sweep, const struct member *member)
{
	compare(sweep, member);
	add_to_sums(sweep->sums, sweep->p, sweep->q, sweep->survival, sweep->width);
}

static void step_survival(struct sweep *sweep, size_t events)
{
	if (events > 0 && sweep->at_risk >= sweep->constants->k)
		sweep->survival *= 1 - (double)events / (double)sweep->at_risk;
}

#define AHEAD 16

/* The members are all over the memory: those who are next are on their way while this one is looked at. */
static struct member *fetch_ahead(const struct sweep *sweep, const struct calendar *calendar,
				  size_t place)
{
	size_t end = calendar->starts[sweep->members.days];

	if (place + AHEAD < end) {
		const struct member *next =
			member_at(&sweep->members, calendar->items[place + AHEAD]);

		__builtin_prefetch(next, 1);
		__builtin_prefetch(next->onsets + 5, 1);
	}
	return member_at(&sweep->members, calendar->items[place]);
}

static void sweep_day(struct sweep *sweep, size_t day)
{
	const size_t *exits = &sweep->members.exits.starts[day],
		     *entries = &sweep->members.entries.starts[day];
	const size_t *adoptions = &sweep->members.adoptions.starts[day];
	size_t events = 0;

	for (size_t i = exits[0]; i < exits[1]; i++) {
		const struct member *member = fetch_ahead(sweep, &sweep->members.exits, i);

		if (!member->event)
			continue;
		add_case(sweep, member);
		events++;
	}
	step_survival(sweep, events);
	for (size_t i = exits[0]; i < exits[1]; i++)
		leave(sweep, member_at(&sweep->members, sweep->members.exits.items[i]));
	for (size_t i = entries[0]; i < entries[1]; i++)
		enter(sweep, fetch_ahead(sweep, &sweep->members.entries, i));
	for (size_t i = adoptions[0]; i < adoptions[1]; i++)
		expose(sweep, fetch_ahead(sweep, &sweep->members.adoptions, i));
}

static void make_tables(struct sweep *sweep)
{
	size_t cells;

	sweep->width = (sweep->subjects + STEP - 1) / STEP * STEP;
	cells = STRATA * LEVELS * sweep->width;
	set_bands(sweep);
	sweep->exposed = arena_array(&sweep->arena, int32_t, cells);
	sweep->by_others = arena_array(&sweep->arena, int32_t, sweep->width);
	sweep->by_all = arena_array(&sweep->arena, int32_t, sweep->width);
	sweep->p = arena_array(&sweep->arena, double, sweep->width);
	sweep->q = arena_array(&sweep->arena, double, sweep->width);
	sweep->sums = arena_array(&sweep->arena, struct sums, sweep->width / STEP);
	sweep->survival = 1;
}

/* From the sums to what is said of them. */
static struct lift lift_of(const struct sweep *sweep, size_t subject, double levellers)
{
	const struct sums *sums = &sweep->sums[subject / STEP];
	size_t i = subject % STEP;
	struct lift lift = {
		.observed = sums->observed[i],
		.expected = sums->expected[i],
		.variance = sums->variance[i],
		.with = sums->with[i],
		.without = sums->without[i],
		.control_rate = levellers > 0 ? sums->control_rate[i] / levellers : 0,
	};

	lift.log_lift = log((lift.with + 0.25) / (lift.without + 0.25));
	lift.se = sqrt((lift.variance + 0.25) / ((lift.with + 0.25) * (lift.without + 0.25)));
	return lift;
}

struct compared sweep_spells(const struct spells *spells, const struct subjects *subjects,
			     const struct constants *constants, struct arena *arena)
{
	struct lift *lifts = arena_array(arena, struct lift, subjects->count);
	struct sweep sweep = {
		.constants = constants,
		.subjects = subjects->count,
		.own = subjects->own,
		.users = arena_array(arena, int64_t, subjects->count),
	};

	arena_init(&sweep.arena);
	sweep.members =
		members_of(spells, subjects->find, subjects->closure, subjects->room, &sweep.arena);
	make_tables(&sweep);
	for (size_t day = 0; day < sweep.members.days; day++)
		sweep_day(&sweep, day);
	for (size_t i = 0; i < subjects->count; i++)
		lifts[i] = lift_of(&sweep, i, (double)spells->levellers);
	arena_release(&sweep.arena);
	return (struct compared){ lifts, sweep.users };
}
