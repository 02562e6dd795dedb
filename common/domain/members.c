/* Members lie behind each other in memory, each with his onsets, in the order of the spells. */
#include <math.h>

#include "members.h"

static size_t size_of(size_t onsets)
{
	return (sizeof(struct member) + onsets * sizeof(struct onset)) / sizeof(uint32_t);
}

static size_t next_place(const struct members *members, size_t place)
{
	return place + size_of(member_at(members, place)->onsets_count);
}

/* A counting sort: first the days are counted, then the members go where theirs starts, in their
 * order. */
static struct calendar new_calendar(struct members *members)
{
	return (struct calendar){ .starts =
					  arena_array(members->arena, size_t, members->days + 2) };
}

static void count_day(struct calendar *calendar, int32_t day)
{
	calendar->starts[day + 2]++;
}

static void note_day(struct calendar *calendar, int32_t day, size_t member)
{
	calendar->items[calendar->starts[day + 1]++] = (uint32_t)member;
}

static void start_days(struct members *members, struct calendar *calendar)
{
	for (size_t day = 2; day < members->days + 2; day++)
		calendar->starts[day] += calendar->starts[day - 1];
	calendar->items =
		arena_array(members->arena, uint32_t, calendar->starts[members->days + 1]);
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

static void make_calendars(struct members *members, const struct spells *spells)
{
	struct calendar entries = new_calendar(members), exits = new_calendar(members);
	struct calendar adoptions = new_calendar(members);

	for (size_t i = 0, place = 0; i < spells->count; i++, place = next_place(members, place))
		count_days(member_at(members, place), spells->items[i]->leave, &entries, &adoptions,
			   &exits);
	start_days(members, &entries);
	start_days(members, &exits);
	start_days(members, &adoptions);
	for (size_t i = 0, place = 0; i < spells->count; i++, place = next_place(members, place))
		note_days(member_at(members, place), spells->items[i]->leave, place, &entries,
			  &adoptions, &exits);
	members->entries = entries;
	members->exits = exits;
	members->adoptions = adoptions;
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

/* The next member, with room for that many onsets. */
static struct member *room_for_member(struct members *members, size_t onsets)
{
	size_t size = size_of(onsets);

	if (members->room - members->end < size) {
		members->room = 2 * members->room + size;
		members->words = arena_grow(members->arena, members->words, members->end,
					    members->room, sizeof(*members->words));
	}
	return member_at(members, members->end);
}

static void reserve_members(struct members *members, const struct spells *spells)
{
	for (size_t i = 0; i < spells->count; i++)
		members->room += size_of(spells->items[i]->items_count);
	members->words = arena_array(members->arena, uint32_t, members->room);
}

static void add_members(struct members *members, const struct spells *spells, const uint32_t *marks,
			const struct subjects *subjects)
{
	reserve_members(members, spells);
	for (size_t i = 0; i < spells->count; i++) {
		const struct cohort_spell *spell = spells->items[i];
		struct member *member =
			room_for_member(members, spell->items_count + subjects->room);

		member->onsets_count =
			(uint32_t)subjects->find(spell, subjects->closure, member->onsets);
		member->marks = marks ? marks[i] : 0;
		member->exposed = member->counted = 0;
		member->enter = spell->enter;
		member->event = spell->event;
		member->stratum = (uint8_t)(spell->basis * TEAM_BANDS + team_band(spell->team));
		sort_onsets(member->onsets, member->onsets_count);
		members->end = next_place(members, members->end);
		if ((size_t)spell->leave >= members->days)
			members->days = (size_t)spell->leave + 1;
	}
}

struct members members_of(const struct spells *spells, const uint32_t *marks,
			  const struct subjects *subjects, struct arena *arena)
{
	struct members members = { .arena = arena };

	add_members(&members, spells, marks, subjects);
	make_calendars(&members, spells);
	return members;
}
