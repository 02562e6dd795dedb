#include "crowds.h"

static const uint32_t band_edges[BANDS] = { 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36 };

static void set_bands(struct crowds *crowds)
{
	uint8_t band = 0;

	for (uint32_t others = 0; others <= LAST_EDGE; others++) {
		if (band + 1 < BANDS && others >= band_edges[band + 1])
			band++;
		crowds->bands[others] = band;
	}
}

struct crowds crowds_new(size_t room, const struct subjects *subjects, struct arena *arena)
{
	struct crowds crowds = {
		.items = arena_array(arena, struct crowd, room),
		.width = (subjects->count + STEP - 1) / STEP * STEP,
		.own = subjects->own,
	};

	set_bands(&crowds);
	return crowds;
}

size_t crowds_add(struct crowds *crowds, uint32_t with, bool by_team, struct arena *arena)
{
	struct crowd *crowd = &crowds->items[crowds->count];

	for (size_t i = 0; i < crowds->count; i++)
		if (crowds->items[i].with == with && crowds->items[i].by_team == by_team)
			return i;
	crowd->with = with;
	crowd->by_team = by_team;
	crowd->by_all = arena_array(arena, int32_t, STRATA * BANDS * crowds->width);
	crowd->by_others = arena_array(arena, int32_t, STRATA * BANDS * crowds->width);
	return crowds->count++;
}

static bool is_in(const struct crowd *crowd, const struct member *member)
{
	return (member->marks & crowd->with) == crowd->with;
}

static void change_row(int32_t *counts, const struct member *member, int32_t change)
{
	for (uint32_t i = 0; i < member->exposed; i++)
		if (member->onsets[i].subject != NO_SUBJECT)
			counts[member->onsets[i].subject] += change;
}

/* He counts with `change` wherever he belongs. */
static void count_member(struct crowds *crowds, const struct member *member, int32_t change)
{
	size_t band = crowds_band(crowds, member->counted),
	       others = crowds_band_of_others(crowds, member->counted);

	for (size_t i = 0; i < crowds->count; i++) {
		struct crowd *crowd = &crowds->items[i];
		size_t stratum = crowd_stratum(crowd, member);

		if (!is_in(crowd, member))
			continue;
		crowd->at_risk += change;
		crowd->at_risk_in[stratum][band] += change;
		change_row(crowd->by_all + crowds_row(crowds, stratum, band), member, change);
		change_row(crowd->by_others + crowds_row(crowds, stratum, others), member, change);
	}
}

void crowds_enter(struct crowds *crowds, struct member *member)
{
	while (member->exposed < member->onsets_count &&
	       member->onsets[member->exposed].day <= member->enter) {
		member->counted += member->onsets[member->exposed].counts;
		member->exposed++;
	}
	count_member(crowds, member, 1);
}

void crowds_leave(struct crowds *crowds, const struct member *member)
{
	count_member(crowds, member, -1);
}

/* From one row to another, if that is another. */
static void move(int32_t *counts, size_t from, size_t to, const struct member *member)
{
	if (from == to)
		return;
	change_row(counts + from, member, -1);
	change_row(counts + to, member, 1);
}

/* One more counted item takes him to another band where one ends. */
static void move_up(const struct crowds *crowds, struct crowd *crowd, const struct member *member)
{
	size_t stratum = crowd_stratum(crowd, member);
	uint32_t before = member->counted - 1, now = member->counted;

	crowd->at_risk_in[stratum][crowds_band(crowds, before)]--;
	crowd->at_risk_in[stratum][crowds_band(crowds, now)]++;
	move(crowd->by_all, crowds_row(crowds, stratum, crowds_band(crowds, before)),
	     crowds_row(crowds, stratum, crowds_band(crowds, now)), member);
	move(crowd->by_others, crowds_row(crowds, stratum, crowds_band_of_others(crowds, before)),
	     crowds_row(crowds, stratum, crowds_band_of_others(crowds, now)), member);
}

static void expose(const struct crowds *crowds, struct crowd *crowd, const struct member *member,
		   uint32_t subject)
{
	size_t stratum = crowd_stratum(crowd, member);
	size_t band = crowds_band(crowds, member->counted),
	       others = crowds_band_of_others(crowds, member->counted);

	crowd->by_all[crowds_row(crowds, stratum, band) + subject]++;
	crowd->by_others[crowds_row(crowds, stratum, others) + subject]++;
}

void crowds_expose(struct crowds *crowds, struct member *member)
{
	const struct onset *onset = &member->onsets[member->exposed];

	member->counted += onset->counts;
	for (size_t i = 0; i < crowds->count; i++) {
		struct crowd *crowd = &crowds->items[i];

		if (!is_in(crowd, member))
			continue;
		if (onset->counts)
			move_up(crowds, crowd, member);
		if (onset->subject != NO_SUBJECT)
			expose(crowds, crowd, member, onset->subject);
	}
	member->exposed++;
}
