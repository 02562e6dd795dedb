/*
 * One walk over the days. Of those at risk only counts are kept (crowds.h). A part's are sums of
 * some crowds' counts: those without a mark are all less those who have it. So somebody is counted
 * in few crowds, in however many parts he is.
 *
 * Day t: (1) whoever entered and whatever began to count before t is in, (2) cases, (3) S,
 * (4) whoever leaves at t is out.
 *
 * Floating point sums run, in each part, over the cases by day, then in the order of the spells.
 *
 * What takes the time are the adoptions, which come by day and so from anywhere in memory, and for
 * each case the division of each subject: members and onsets are small and fetched ahead, and sums
 * lie by subject, so that they are added four at a time.
 */
#include <math.h>

#include "crowds.h"
#include "compare.h"

#define STRATIFIED_BY_TEAM 200 /* levellers */
#define TERMS (1 << PART_WITHOUT_MAX)

/* Where it pays and the build allows it, a version for wider vectors is chosen at run time; numbers
 * stay the same. */
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

/* A part on its way through the days. */
struct swept {
	struct part part;
	/* Places of crowds: its counts are those of the first, less those of the second and of the
	 * third, and those of the fourth again. */
	size_t terms[TERMS], terms_count;
	int64_t levellers;
	size_t events; /* of the day at hand */
	double survival;
	struct sums *sums; /* by subject / STEP */
	int64_t *users;    /* by subject */
};

struct walk {
	const struct constants *constants;
	struct arena arena; /* all that goes with the walk */
	struct members members;
	struct crowds crowds;
	struct swept *parts;
	size_t parts_count;
	int32_t *nobody; /* a row of zeros */
	double *p, *q;   /* of one case, by subject: p, and 0 instead where it is exposed */
};

static bool is_part_of(const struct part *part, uint32_t marks)
{
	return (marks & part->with) == part->with && !(marks & part->without);
}

/* Of a case's peers, the part's members in a stratum and a band: how many there are, and of the
 * exposed a row for each term. */
struct peers {
	const int32_t *by_all[TERMS], *by_others[TERMS];
	int32_t at_risk;
};

static struct peers peers_of(const struct walk *walk, const struct swept *part,
			     const struct member *member, size_t band)
{
	struct peers peers;
	int32_t at_risk[TERMS] = { 0 };

	for (size_t i = 0; i < TERMS; i++) {
		peers.by_all[i] = peers.by_others[i] = walk->nobody;
		if (i >= part->terms_count)
			continue;

		const struct crowd *crowd = &walk->crowds.items[part->terms[i]];
		size_t stratum = crowd_stratum(crowd, member);
		size_t row = crowds_row(&walk->crowds, stratum, band);

		peers.by_all[i] = crowd->by_all + row;
		peers.by_others[i] = crowd->by_others + row;
		at_risk[i] = crowd->at_risk_in[stratum][band];
	}
	peers.at_risk = at_risk[0] - at_risk[1] - at_risk[2] + at_risk[3];
	return peers;
}

static inline int32_t sum_at(const int32_t *const *rows, size_t subject)
{
	return rows[0][subject] - rows[1][subject] - rows[2][subject] + rows[3][subject];
}

static inline double exposed_share(const struct peers *peers, size_t subject)
{
	int32_t by_others = sum_at(peers->by_others, subject);

	return (double)by_others /
	       (double)(by_others + peers->at_risk - sum_at(peers->by_all, subject));
}

/* p of a case that is exposed to nothing. */
FOR_WIDE_VECTORS
static void compare_unexposed(struct peers peers, double *restrict p, double *restrict q,
			      size_t width)
{
	for (size_t start = 0; start < width; start += STEP)
		for (size_t i = start; i < start + STEP; i++)
			q[i] = p[i] = exposed_share(&peers, i);
}

/* p and q of a case for each subject, and the sums that only the subjects have part in that it is
 * exposed to. */
static void compare(struct walk *walk, struct swept *part, const struct member *member)
{
	const struct crowds *crowds = &walk->crowds;
	struct peers peers = peers_of(walk, part, member, crowds_band(crowds, member->counted));

	compare_unexposed(peers, walk->p, walk->q, crowds->width);
	peers = peers_of(walk, part, member, crowds_band_of_others(crowds, member->counted));
	for (uint32_t i = 0; i < member->exposed; i++) {
		uint32_t subject = member->onsets[i].subject;
		double p;

		if (subject == NO_SUBJECT)
			continue;
		p = exposed_share(&peers, subject);
		walk->p[subject] = p;
		walk->q[subject] = 0;
		part->sums[subject / STEP].observed[subject % STEP] += part->survival;
		part->sums[subject / STEP].with[subject % STEP] += part->survival * (1 - p);
		part->users[subject]++;
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

static void add_case(struct walk *walk, const struct member *member)
{
	for (size_t i = 0; i < walk->parts_count; i++) {
		struct swept *part = &walk->parts[i];

		if (!is_part_of(&part->part, member->marks))
			continue;
		compare(walk, part, member);
		add_to_sums(part->sums, walk->p, walk->q, part->survival, walk->crowds.width);
		part->events++;
	}
}

static int64_t at_risk_of(const struct walk *walk, const struct swept *part)
{
	int64_t at_risk[TERMS] = { 0 };

	for (size_t i = 0; i < part->terms_count; i++)
		at_risk[i] = walk->crowds.items[part->terms[i]].at_risk;
	return at_risk[0] - at_risk[1] - at_risk[2] + at_risk[3];
}

static void step_survival(struct walk *walk)
{
	for (size_t i = 0; i < walk->parts_count; i++) {
		struct swept *part = &walk->parts[i];
		int64_t at_risk = at_risk_of(walk, part);

		if (part->events > 0 && at_risk >= walk->constants->k)
			part->survival *= 1 - (double)part->events / (double)at_risk;
		part->events = 0;
	}
}

#define AHEAD 16

/* The members are all over the memory: those who are next are on their way while this one is looked
 * at. */
static struct member *fetch_ahead(const struct walk *walk, const struct calendar *calendar,
				  size_t place)
{
	size_t end = calendar->starts[walk->members.days];

	if (place + AHEAD < end) {
		const struct member *next =
			member_at(&walk->members, calendar->items[place + AHEAD]);

		__builtin_prefetch(next, 1);
		__builtin_prefetch(next->onsets + 5, 1);
	}
	return member_at(&walk->members, calendar->items[place]);
}

static void sweep_day(struct walk *walk, size_t day)
{
	const size_t *exits = &walk->members.exits.starts[day],
		     *entries = &walk->members.entries.starts[day];
	const size_t *adoptions = &walk->members.adoptions.starts[day];

	for (size_t i = exits[0]; i < exits[1]; i++) {
		const struct member *member = fetch_ahead(walk, &walk->members.exits, i);

		if (member->event)
			add_case(walk, member);
	}
	step_survival(walk);
	for (size_t i = exits[0]; i < exits[1]; i++)
		crowds_leave(&walk->crowds,
			     member_at(&walk->members, walk->members.exits.items[i]));
	for (size_t i = entries[0]; i < entries[1]; i++)
		crowds_enter(&walk->crowds, fetch_ahead(walk, &walk->members.entries, i));
	for (size_t i = adoptions[0]; i < adoptions[1]; i++)
		crowds_expose(&walk->crowds, fetch_ahead(walk, &walk->members.adoptions, i));
}

/* Those without marks are, by inclusion and exclusion, all, less those with each one, and those
 * with two again. */
static void add_terms(struct walk *walk, struct swept *part)
{
	uint32_t without = part->part.without, some = 0;

	do {
		part->terms[part->terms_count++] = crowds_add(&walk->crowds, part->part.with | some,
							      part->levellers >= STRATIFIED_BY_TEAM,
							      &walk->arena);
		some = (some - without) & without; /* the next subset */
	} while (some);
}

static void start_part(struct walk *walk, const struct comparison *comparison,
		       const struct part *part, struct arena *arena)
{
	struct swept *swept = &walk->parts[walk->parts_count++];
	const struct spells *spells = comparison->spells;

	swept->part = *part;
	swept->survival = 1;
	swept->sums = arena_array(&walk->arena, struct sums, walk->crowds.width / STEP);
	swept->users = arena_array(arena, int64_t, comparison->subjects->count);
	for (size_t i = 0; i < spells->count; i++)
		swept->levellers += spells->items[i]->event &&
				    is_part_of(part, comparison->marks ? comparison->marks[i] : 0);
	add_terms(walk, swept);
}

static void start(struct walk *walk, const struct comparison *comparison, struct arena *arena)
{
	size_t parts = comparison->parts_count;

	arena_init(&walk->arena);
	walk->members = members_of(comparison->spells, comparison->marks, comparison->subjects,
				   &walk->arena);
	walk->crowds = crowds_new(parts * TERMS, comparison->subjects, &walk->arena);
	walk->nobody = arena_array(&walk->arena, int32_t, walk->crowds.width);
	walk->p = arena_array(&walk->arena, double, walk->crowds.width);
	walk->q = arena_array(&walk->arena, double, walk->crowds.width);
	walk->parts = arena_array(&walk->arena, struct swept, parts);
	for (size_t i = 0; i < parts; i++)
		start_part(walk, comparison, &comparison->parts[i], arena);
}

/* From the sums to what is said of them. */
static struct lift lift_of(const struct swept *part, size_t subject)
{
	const struct sums *sums = &part->sums[subject / STEP];
	size_t i = subject % STEP;
	double levellers = (double)part->levellers;
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

static struct compared compared_of(const struct swept *part, size_t subjects, struct arena *arena)
{
	struct lift *lifts = arena_array(arena, struct lift, subjects);

	for (size_t i = 0; i < subjects; i++)
		lifts[i] = lift_of(part, i);
	return (struct compared){ lifts, part->users };
}

struct compared *compare_spells(const struct comparison *comparison,
				const struct constants *constants, struct arena *arena)
{
	struct compared *compared = arena_array(arena, struct compared, comparison->parts_count);
	struct walk walk = { .constants = constants };

	start(&walk, comparison, arena);
	for (size_t day = 0; day < walk.members.days; day++)
		sweep_day(&walk, day);
	for (size_t i = 0; i < walk.parts_count; i++)
		compared[i] = compared_of(&walk.parts[i], comparison->subjects->count, arena);
	arena_release(&walk.arena);
	return compared;
}
