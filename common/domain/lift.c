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

#include "lift.h"

#define BANDS 12
#define TEAM_BANDS 5
#define STRATA (2 * TEAM_BANDS)
#define STRATIFIED_BY_TEAM 200 /* levellers */
#define STEP 4                 /* subjects that are counted together */

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

/* From its onset on somebody is exposed to a subject, has one more item, or both. */
struct onset {
	int32_t day;
	uint32_t counts : 1; /* among the others */
	uint32_t subject : 31;
};
#define NO_SUBJECT 0x7fffffffu /* only counted */

struct member {
	int32_t enter;
	uint32_t onsets_count;
	uint32_t exposed; /* that many of them have begun */
	uint32_t counted; /* c: that many of these count */
	uint8_t stratum;
	bool event;
	struct onset onsets[]; /* by day, all before he leaves */
};

/* Members by day: those of day t are items[starts[t]] to items[starts[t + 1]]. */
struct calendar {
	size_t *starts;
	uint32_t *items;
};

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
	uint32_t *members; /* one struct member behind the other; a place is an index here */
	size_t members_end, members_room;
	size_t days;
	struct calendar entries, adoptions, exits;

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
	struct lift *lifts;
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

static struct member *member_at(const struct sweep *sweep, size_t place)
{
	return (void *)(sweep->members + place);
}

static size_t size_of(size_t onsets)
{
	return (sizeof(struct member) + onsets * sizeof(struct onset)) / sizeof(uint32_t);
}

static size_t next_place(const struct sweep *sweep, size_t place)
{
	return place + size_of(member_at(sweep, place)->onsets_count);
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
	size_t end = calendar->starts[sweep->days];

	if (place + AHEAD < end) {
		const struct member *next = member_at(sweep, calendar->items[place + AHEAD]);

		__builtin_prefetch(next, 1);
		__builtin_prefetch(next->onsets + 5, 1);
	}
	return member_at(sweep, calendar->items[place]);
}

static void sweep_day(struct sweep *sweep, size_t day)
{
	const size_t *exits = &sweep->exits.starts[day], *entries = &sweep->entries.starts[day];
	const size_t *adoptions = &sweep->adoptions.starts[day];
	size_t events = 0;

	for (size_t i = exits[0]; i < exits[1]; i++) {
		const struct member *member = fetch_ahead(sweep, &sweep->exits, i);

		if (!member->event)
			continue;
		add_case(sweep, member);
		events++;
	}
	step_survival(sweep, events);
	for (size_t i = exits[0]; i < exits[1]; i++)
		leave(sweep, member_at(sweep, sweep->exits.items[i]));
	for (size_t i = entries[0]; i < entries[1]; i++)
		enter(sweep, fetch_ahead(sweep, &sweep->entries, i));
	for (size_t i = adoptions[0]; i < adoptions[1]; i++)
		expose(sweep, fetch_ahead(sweep, &sweep->adoptions, i));
}

/* A counting sort: first the days are counted, then the members go where theirs starts, in their order. */
static struct calendar new_calendar(struct sweep *sweep)
{
	return (struct calendar){ .starts = arena_array(&sweep->arena, size_t, sweep->days + 2) };
}

static void count_day(struct calendar *calendar, int32_t day)
{
	calendar->starts[day + 2]++;
}

static void note_day(struct calendar *calendar, int32_t day, size_t member)
{
	calendar->items[calendar->starts[day + 1]++] = (uint32_t)member;
}

static void start_days(struct sweep *sweep, struct calendar *calendar)
{
	for (size_t day = 2; day < sweep->days + 2; day++)
		calendar->starts[day] += calendar->starts[day - 1];
	calendar->items = arena_array(&sweep->arena, uint32_t, calendar->starts[sweep->days + 1]);
}

static void count_days(const struct member *member, int32_t leave, struct calendar *entries,
		       struct calendar *adoptions, struct calendar *exits)
{
	count_day(entries, member->enter);
	count_day(exits, leave);
	/* What began before he came is there when he comes. */
	for (uint32_t i = 0; i < member->onsets_count; i++)
		if (member->onsets[i].day > member->enter)
			count_day(adoptions, member->onsets[i].day);
}

static void note_days(const struct member *member, int32_t leave, size_t place,
		      struct calendar *entries, struct calendar *adoptions, struct calendar *exits)
{
	note_day(entries, member->enter, place);
	note_day(exits, leave, place);
	for (uint32_t i = 0; i < member->onsets_count; i++)
		if (member->onsets[i].day > member->enter)
			note_day(adoptions, member->onsets[i].day, place);
}

static void make_calendars(struct sweep *sweep, const struct spells *spells)
{
	struct calendar entries = new_calendar(sweep), exits = new_calendar(sweep);
	struct calendar adoptions = new_calendar(sweep);

	for (size_t i = 0, place = 0; i < spells->count; i++, place = next_place(sweep, place))
		count_days(member_at(sweep, place), spells->items[i]->leave, &entries, &adoptions,
			   &exits);
	start_days(sweep, &entries);
	start_days(sweep, &exits);
	start_days(sweep, &adoptions);
	for (size_t i = 0, place = 0; i < spells->count; i++, place = next_place(sweep, place))
		note_days(member_at(sweep, place), spells->items[i]->leave, place, &entries,
			  &adoptions, &exits);
	sweep->entries = entries;
	sweep->exits = exits;
	sweep->adoptions = adoptions;
}

static uint8_t team_band(double team)
{
	if (isnan(team))
		return 4;
	return team <= 5 ? 0 : team <= 15 ? 1 : team <= 50 ? 2 : 3;
}

static int by_day(const void *left, const void *right)
{
	const struct onset *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

/* Few, and mostly in order. */
static void sort_onsets(struct onset *onsets, size_t count)
{
	if (count > 32) {
		qsort(onsets, count, sizeof(*onsets), by_day);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct onset onset = onsets[i];
		size_t place = i;

		for (; place > 0 && onsets[place - 1].day > onset.day; place--)
			onsets[place] = onsets[place - 1];
		onsets[place] = onset;
	}
}

/* What he is exposed to and when; returns how many, at most his items and `room` more. */
typedef size_t find_onsets(const struct cohort_spell *spell, const void *closure,
			   struct onset *onsets);

/* The next member, with room for that many onsets. */
static struct member *room_for_member(struct sweep *sweep, size_t onsets)
{
	size_t size = size_of(onsets);

	if (sweep->members_room - sweep->members_end < size) {
		sweep->members_room = 2 * sweep->members_room + size;
		sweep->members = arena_grow(&sweep->arena, sweep->members, sweep->members_end,
					    sweep->members_room, sizeof(*sweep->members));
	}
	return member_at(sweep, sweep->members_end);
}

static void reserve_members(struct sweep *sweep, const struct spells *spells)
{
	for (size_t i = 0; i < spells->count; i++)
		sweep->members_room += size_of(spells->items[i]->items_count);
	sweep->members = arena_array(&sweep->arena, uint32_t, sweep->members_room);
}

static void add_members(struct sweep *sweep, const struct spells *spells, find_onsets *find,
			const void *closure, size_t room)
{
	bool by_team = spells->levellers >= STRATIFIED_BY_TEAM;

	reserve_members(sweep, spells);
	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];
		struct member *member = room_for_member(sweep, spell->items_count + room);

		member->onsets_count = (uint32_t)find(spell, closure, member->onsets);
		member->exposed = member->counted = 0;
		member->enter = spell->enter;
		member->event = spell->event;
		member->stratum = (uint8_t)(spell->basis * TEAM_BANDS +
					    (by_team ? team_band(spell->team) : 0));
		sort_onsets(member->onsets, member->onsets_count);
		sweep->members_end = next_place(sweep, sweep->members_end);
		if ((size_t)spell->leave >= sweep->days)
			sweep->days = (size_t)spell->leave + 1;
	}
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

/* Fills lifts[subjects]; the caller releases the arena. */
static void run(struct sweep *sweep, const struct spells *spells, find_onsets *find,
		const void *closure, size_t room)
{
	arena_init(&sweep->arena);
	add_members(sweep, spells, find, closure, room);
	make_calendars(sweep, spells);
	make_tables(sweep);
	for (size_t day = 0; day < sweep->days; day++)
		sweep_day(sweep, day);
	sweep->lifts = arena_array(&sweep->arena, struct lift, sweep->subjects);
	for (size_t i = 0; i < sweep->subjects; i++)
		sweep->lifts[i] = lift_of(sweep, i, (double)spells->levellers);
}

struct single_subjects {
	const struct constants *constants;
	const uint32_t *subject_of; /* by number of the name */
};

static size_t find_items(const struct cohort_spell *spell, const void *closure,
			 struct onset *onsets)
{
	const struct single_subjects *subjects = closure;
	size_t count = 0;

	for (uint32_t i = 0; i < spell->items_count; i++) {
		int64_t day = cohort_item_onset(&spell->items[i], subjects->constants);

		if (day < spell->leave)
			onsets[count++] = (struct onset){
				.day = (int32_t)day,
				.counts = true,
				.subject = subjects->subject_of[spell->items[i].name] & NO_SUBJECT,
			};
	}
	return count;
}

static uint32_t *no_subjects(size_t names, struct arena *arena)
{
	uint32_t *subject_of = arena_array(arena, uint32_t, names);

	for (size_t i = 0; i < names; i++)
		subject_of[i] = NO_SUBJECT;
	return subject_of;
}

void measure_lifts(const struct cohorts *cohorts, const struct spells *spells,
		   struct item_use *items, size_t count, struct arena *arena)
{
	uint32_t *subject_of = no_subjects(cohorts->names.count, arena);
	struct single_subjects subjects = { &cohorts->constants, subject_of };
	struct sweep sweep = { .constants = &cohorts->constants, .subjects = count, .own = 1 };

	for (size_t i = 0; i < count; i++)
		subject_of[items[i].number] = (uint32_t)i;
	run(&sweep, spells, find_items, &subjects, 0);
	for (size_t i = 0; i < count; i++)
		items[i].lift = sweep.lifts[i];
	arena_release(&sweep.arena);
}

struct set_subjects {
	const struct constants *constants;
	const uint32_t *candidate_of; /* by number of the name */
	const struct item_set *sets;
	size_t sets_count;
	int32_t *day_of; /* by candidate, of the spell at hand */
};

/* The latest onset of the members; INT32_MAX: not all of them are there. */
static int32_t set_onset(const struct item_set *set, const int32_t *day_of)
{
	int32_t latest = 0;

	for (size_t i = 0; i < set->count; i++)
		if (day_of[set->members[i]] > latest)
			latest = day_of[set->members[i]];
	return latest;
}

static size_t find_sets(const struct cohort_spell *spell, const void *closure, struct onset *onsets)
{
	const struct set_subjects *subjects = closure;
	size_t count = 0;

	for (uint32_t i = 0; i < spell->items_count; i++) {
		int64_t day = cohort_item_onset(&spell->items[i], subjects->constants);
		uint32_t candidate = subjects->candidate_of[spell->items[i].name];

		if (candidate != NO_SUBJECT)
			subjects->day_of[candidate] = (int32_t)day;
		else if (day < spell->leave)
			onsets[count++] = (struct onset){ .day = (int32_t)day,
							  .counts = true,
							  .subject = NO_SUBJECT };
	}
	for (size_t i = 0; i < subjects->sets_count; i++) {
		int32_t day = set_onset(&subjects->sets[i], subjects->day_of);

		if (day < spell->leave)
			onsets[count++] =
				(struct onset){ .day = day, .subject = (uint32_t)i & NO_SUBJECT };
	}
	for (uint32_t i = 0; i < spell->items_count; i++) {
		uint32_t candidate = subjects->candidate_of[spell->items[i].name];

		if (candidate != NO_SUBJECT)
			subjects->day_of[candidate] = INT32_MAX;
	}
	return count;
}

static void count_users(const struct sweep *sweep, struct item_set *sets)
{
	for (size_t place = 0; place < sweep->members_end; place = next_place(sweep, place)) {
		const struct member *member = member_at(sweep, place);

		for (uint32_t j = 0; member->event && j < member->onsets_count; j++)
			if (member->onsets[j].subject != NO_SUBJECT)
				sets[member->onsets[j].subject].users++;
	}
}

void measure_set_lifts(const struct cohorts *cohorts, const struct spells *spells,
		       const uint32_t *candidates, size_t candidates_count, struct item_set *sets,
		       size_t sets_count, struct arena *arena)
{
	uint32_t *candidate_of = no_subjects(cohorts->names.count, arena);
	struct set_subjects subjects = {
		.constants = &cohorts->constants,
		.candidate_of = candidate_of,
		.sets = sets,
		.sets_count = sets_count,
		.day_of = arena_array(arena, int32_t, candidates_count),
	};
	struct sweep sweep = { .constants = &cohorts->constants, .subjects = sets_count };

	for (size_t i = 0; i < candidates_count; i++) {
		candidate_of[candidates[i]] = (uint32_t)i;
		subjects.day_of[i] = INT32_MAX;
	}
	run(&sweep, spells, find_sets, &subjects, sets_count);
	for (size_t i = 0; i < sets_count; i++) {
		sets[i].users = 0;
		sets[i].lift = sweep.lifts[i];
	}
	count_users(&sweep, sets);
	arena_release(&sweep.arena);
}

void lean_on_rest(struct lift *lift, const struct lift *rest)
{
	double own = 1 / (lift->se * lift->se), other = 1 / (0.04 + rest->se * rest->se);

	lift->log_lift = (own * lift->log_lift + other * rest->log_lift) / (own + other);
	lift->se = 1 / sqrt(own + other);
}
