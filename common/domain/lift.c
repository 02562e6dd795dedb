/*
 * One sweep over the days. Of those at risk only counts are kept: how many there are in each
 * stratum and band, and per subject how many of them are exposed to it. So a case costs two reads a
 * subject, and an adoption touches memory only where a band changes.
 *
 * Day t: (1) whoever entered and whatever began to count before t is in, (2) cases, (3) S,
 * (4) whoever leaves at t is out.
 *
 * Floating point sums run over the cases by day, then in the order of the spells.
 */
#include <math.h>

#include "lift.h"

#define BANDS 12
#define TEAM_BANDS 5
#define STRATA (2 * TEAM_BANDS)
#define STRATIFIED_BY_TEAM 200 /* levellers */
#define NOBODY UINT32_MAX

static const int64_t band_edges[BANDS] = { 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36 };

static size_t band_of(int64_t others)
{
	size_t band = BANDS - 1;

	while (others < band_edges[band])
		band--;
	return band;
}

/* From its onset on somebody is exposed to a subject, has one more item, or both. */
struct onset {
	int32_t day;
	bool counts;      /* among the others */
	uint32_t subject; /* NOBODY: only counted */
};

struct member {
	const struct cohort_spell *spell;
	const struct onset *onsets; /* by day, all before he leaves */
	uint32_t onsets_count;
	uint32_t exposed; /* that many of them have begun */
	uint32_t counted; /* c: that many of these count */
	size_t stratum;
};

/* Members by day: those of day t are items[starts[t]] to items[starts[t + 1]]. */
struct calendar {
	size_t *starts;
	uint32_t *items;
};

struct sweep {
	const struct constants *constants;
	size_t subjects;
	uint32_t own; /* 1: who is exposed to a subject has it among his counted items */
	struct member *members;
	size_t members_count;
	int64_t days;
	struct calendar entries, onsets, cases, exits;

	int64_t at_risk;
	double survival;
	int32_t at_risk_in[STRATA][BANDS]; /* by the number of counted items */
	/* [stratum][band][subject]: the exposed, by the number of their other items and by that of
	 * all of them. */
	int32_t *by_others, *by_all;
	double *p, *h; /* of one case, by subject */
	struct lift *lifts;
};

static int32_t *row(int32_t *counts, const struct sweep *sweep, size_t stratum, uint32_t items)
{
	return counts + (stratum * BANDS + band_of(items)) * sweep->subjects;
}

/* He counts with `change` in every row that he belongs to. */
static void count_member(struct sweep *sweep, const struct member *member, int32_t change)
{
	int32_t *by_others, *by_all = row(sweep->by_all, sweep, member->stratum, member->counted);

	sweep->at_risk_in[member->stratum][band_of(member->counted)] += change;
	if (member->exposed == 0)
		return;
	by_others = row(sweep->by_others, sweep, member->stratum,
			member->counted > sweep->own ? member->counted - sweep->own : 0);
	for (uint32_t i = 0; i < member->exposed; i++) {
		uint32_t subject = member->onsets[i].subject;

		if (subject == NOBODY)
			continue;
		by_others[subject] += change;
		by_all[subject] += change;
	}
}

/* Whether one more counted item leaves him in the rows where he is. */
static bool stays_in_rows(const struct sweep *sweep, const struct member *member)
{
	uint32_t counted = member->counted;

	if (band_of(counted) != band_of(counted + 1))
		return false;
	return sweep->own == 0 || counted == 0 || band_of(counted - 1) == band_of(counted);
}

static void expose(struct sweep *sweep, struct member *member)
{
	const struct onset *onset = &member->onsets[member->exposed];
	bool moves = onset->counts && !stays_in_rows(sweep, member);

	if (moves)
		count_member(sweep, member, -1);
	member->counted += onset->counts;
	member->exposed++;
	if (moves) {
		count_member(sweep, member, 1);
		return;
	}
	if (onset->subject == NOBODY)
		return;
	row(sweep->by_others, sweep, member->stratum,
	    member->counted - (onset->counts ? sweep->own : 0))[onset->subject]++;
	row(sweep->by_all, sweep, member->stratum, member->counted)[onset->subject]++;
}

static void enter(struct sweep *sweep, struct member *member)
{
	while (member->exposed < member->onsets_count &&
	       member->onsets[member->exposed].day <= member->spell->enter) {
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

/* p and h of a case for each subject. */
static void compare(struct sweep *sweep, const struct member *member)
{
	const int32_t *by_others = row(sweep->by_others, sweep, member->stratum, member->counted);
	const int32_t *by_all = row(sweep->by_all, sweep, member->stratum, member->counted);
	int32_t at_risk = sweep->at_risk_in[member->stratum][band_of(member->counted)];

	for (size_t i = 0; i < sweep->subjects; i++) {
		sweep->p[i] = exposed_share(by_others[i], by_all[i], at_risk);
		sweep->h[i] = 0;
	}
	if (member->exposed == 0)
		return;

	uint32_t others = member->counted > sweep->own ? member->counted - sweep->own : 0;

	by_others = row(sweep->by_others, sweep, member->stratum, others);
	by_all = row(sweep->by_all, sweep, member->stratum, others);
	at_risk = sweep->at_risk_in[member->stratum][band_of(others)];
	for (uint32_t i = 0; i < member->exposed; i++) {
		uint32_t subject = member->onsets[i].subject;

		if (subject == NOBODY)
			continue;
		sweep->p[subject] = exposed_share(by_others[subject], by_all[subject], at_risk);
		sweep->h[subject] = 1;
	}
}

static void add_case(struct sweep *sweep, const struct member *member)
{
	double w = sweep->survival;

	compare(sweep, member);
	for (size_t i = 0; i < sweep->subjects; i++) {
		struct lift *lift = &sweep->lifts[i];
		double p = sweep->p[i], h = sweep->h[i];

		lift->observed += w * h;
		lift->expected += w * p;
		lift->variance += w * w * p * (1 - p);
		lift->with += w * h * (1 - p);
		lift->without += w * (1 - h) * p;
		lift->control_rate += p;
	}
}

static void step_survival(struct sweep *sweep, size_t events)
{
	if (sweep->at_risk >= sweep->constants->k)
		sweep->survival *= 1 - (double)events / (double)sweep->at_risk;
}

static void sweep_day(struct sweep *sweep, size_t day)
{
	const struct calendar *cases = &sweep->cases;

	for (size_t i = cases->starts[day]; i < cases->starts[day + 1]; i++)
		add_case(sweep, &sweep->members[cases->items[i]]);
	if (cases->starts[day + 1] > cases->starts[day])
		step_survival(sweep, cases->starts[day + 1] - cases->starts[day]);
	for (size_t i = sweep->exits.starts[day]; i < sweep->exits.starts[day + 1]; i++)
		leave(sweep, &sweep->members[sweep->exits.items[i]]);
	for (size_t i = sweep->entries.starts[day]; i < sweep->entries.starts[day + 1]; i++)
		enter(sweep, &sweep->members[sweep->entries.items[i]]);
	for (size_t i = sweep->onsets.starts[day]; i < sweep->onsets.starts[day + 1]; i++)
		expose(sweep, &sweep->members[sweep->onsets.items[i]]);
}

/* The days on which a member has something in a calendar. */
typedef void add_days(const struct member *member, uint32_t place, struct calendar *calendar,
		      bool counting);

static void add_day(int64_t day, uint32_t place, struct calendar *calendar, bool counting)
{
	size_t *start = &calendar->starts[day + 1];

	if (counting)
		++*start;
	else
		calendar->items[(*start)++] = place;
}

static void add_entry(const struct member *member, uint32_t place, struct calendar *calendar,
		      bool counting)
{
	add_day(member->spell->enter, place, calendar, counting);
}

static void add_exit(const struct member *member, uint32_t place, struct calendar *calendar,
		     bool counting)
{
	add_day(member->spell->leave, place, calendar, counting);
}

static void add_case_day(const struct member *member, uint32_t place, struct calendar *calendar,
			 bool counting)
{
	if (member->spell->event)
		add_day(member->spell->leave, place, calendar, counting);
}

/* What began before he came is there when he comes. */
static void add_onsets(const struct member *member, uint32_t place, struct calendar *calendar,
		       bool counting)
{
	for (uint32_t i = 0; i < member->onsets_count; i++)
		if (member->onsets[i].day > member->spell->enter)
			add_day(member->onsets[i].day, place, calendar, counting);
}

/* A counting sort: the members of one day stay in their order. */
static struct calendar calendar_of(const struct sweep *sweep, add_days *add, struct arena *arena)
{
	size_t days = (size_t)sweep->days;
	struct calendar calendar = { .starts = arena_array(arena, size_t, days + 2) };

	for (size_t i = 0; i < sweep->members_count; i++)
		add(&sweep->members[i], (uint32_t)i, &calendar, true);
	for (size_t day = 0; day < days; day++)
		calendar.starts[day + 1] += calendar.starts[day];
	calendar.items = arena_array(arena, uint32_t, calendar.starts[days]);
	/* Filling moves starts[day + 1] from the day's start to its end. */
	memmove(&calendar.starts[1], &calendar.starts[0], days * sizeof(*calendar.starts));
	calendar.starts[0] = 0;
	for (size_t i = 0; i < sweep->members_count; i++)
		add(&sweep->members[i], (uint32_t)i, &calendar, false);
	return calendar;
}

static size_t team_band(double team)
{
	if (isnan(team))
		return 4;
	return team <= 5 ? 0 : team <= 15 ? 1 : team <= 50 ? 2 : 3;
}

static int by_onset(const void *left, const void *right)
{
	const struct onset *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

/* What he is exposed to and when; returns how many, at most his items and `room` more. */
typedef size_t find_onsets(const struct cohort_spell *spell, const void *closure,
			   struct onset *onsets);

static void add_members(struct sweep *sweep, const struct spells *spells, find_onsets *find,
			const void *closure, size_t room, struct arena *arena)
{
	bool by_team = spells->levellers >= STRATIFIED_BY_TEAM;
	size_t most = 0;

	for (size_t i = 0; i < spells->count; i++)
		if (spells->items[i]->items_count > most)
			most = spells->items[i]->items_count;

	struct onset *found = arena_array(arena, struct onset, most + room);

	sweep->members = arena_array(arena, struct member, spells->count);
	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];
		struct member *member = &sweep->members[sweep->members_count++];
		size_t count = find(spell, closure, found);
		struct onset *onsets = arena_array(arena, struct onset, count);

		if (count > 1)
			qsort(found, count, sizeof(*found), by_onset);
		if (count > 0)
			memcpy(onsets, found, count * sizeof(*found));
		*member = (struct member){
			.spell = spell,
			.onsets = onsets,
			.onsets_count = (uint32_t)count,
			.stratum = spell->basis * TEAM_BANDS,
		};
		member->stratum += by_team ? team_band(spell->team) : 0;
		if (spell->leave >= sweep->days)
			sweep->days = spell->leave + 1;
	}
}

/* From the sums to what is said of them. */
static void finish_lift(struct lift *lift, double levellers)
{
	lift->control_rate = levellers > 0 ? lift->control_rate / levellers : 0;
	lift->log_lift = log((lift->with + 0.25) / (lift->without + 0.25));
	lift->se = sqrt((lift->variance + 0.25) / ((lift->with + 0.25) * (lift->without + 0.25)));
}

/* Fills lifts[subjects]. */
static void run(struct sweep *sweep, const struct spells *spells, find_onsets *find,
		const void *closure, size_t room, struct arena *arena)
{
	size_t cells = STRATA * BANDS * sweep->subjects;

	add_members(sweep, spells, find, closure, room, arena);
	sweep->entries = calendar_of(sweep, add_entry, arena);
	sweep->onsets = calendar_of(sweep, add_onsets, arena);
	sweep->cases = calendar_of(sweep, add_case_day, arena);
	sweep->exits = calendar_of(sweep, add_exit, arena);
	sweep->by_others = arena_array(arena, int32_t, cells);
	sweep->by_all = arena_array(arena, int32_t, cells);
	sweep->p = arena_array(arena, double, sweep->subjects);
	sweep->h = arena_array(arena, double, sweep->subjects);
	sweep->lifts = arena_array(arena, struct lift, sweep->subjects);
	sweep->survival = 1;
	for (int64_t day = 0; day < sweep->days; day++)
		sweep_day(sweep, (size_t)day);
	for (size_t i = 0; i < sweep->subjects; i++)
		finish_lift(&sweep->lifts[i], (double)spells->levellers);
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
				.subject = subjects->subject_of[spell->items[i].name],
			};
	}
	return count;
}

static uint32_t *no_subjects(size_t names, struct arena *arena)
{
	uint32_t *subject_of = arena_array(arena, uint32_t, names);

	for (size_t i = 0; i < names; i++)
		subject_of[i] = NOBODY;
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
	run(&sweep, spells, find_items, &subjects, 0, arena);
	for (size_t i = 0; i < count; i++)
		items[i].lift = sweep.lifts[i];
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

		if (candidate != NOBODY)
			subjects->day_of[candidate] = (int32_t)day;
		else if (day < spell->leave)
			onsets[count++] = (struct onset){ (int32_t)day, true, NOBODY };
	}
	for (size_t i = 0; i < subjects->sets_count; i++) {
		int32_t day = set_onset(&subjects->sets[i], subjects->day_of);

		if (day < spell->leave)
			onsets[count++] = (struct onset){ day, false, (uint32_t)i };
	}
	for (uint32_t i = 0; i < spell->items_count; i++) {
		uint32_t candidate = subjects->candidate_of[spell->items[i].name];

		if (candidate != NOBODY)
			subjects->day_of[candidate] = INT32_MAX;
	}
	return count;
}

static void count_users(const struct sweep *sweep, struct item_set *sets)
{
	for (size_t i = 0; i < sweep->members_count; i++) {
		const struct member *member = &sweep->members[i];

		for (uint32_t j = 0; member->spell->event && j < member->onsets_count; j++)
			if (member->onsets[j].subject != NOBODY)
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
	run(&sweep, spells, find_sets, &subjects, sets_count, arena);
	for (size_t i = 0; i < sets_count; i++) {
		sets[i].users = 0;
		sets[i].lift = sweep.lifts[i];
	}
	count_users(&sweep, sets);
}

void lean_on_rest(struct lift *lift, const struct lift *rest)
{
	double own = 1 / (lift->se * lift->se), other = 1 / (0.04 + rest->se * rest->se);

	lift->log_lift = (own * lift->log_lift + other * rest->log_lift) / (own + other);
	lift->se = 1 / sqrt(own + other);
}
